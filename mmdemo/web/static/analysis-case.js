export const makeCase = () => "";

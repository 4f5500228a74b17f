export const makeWeights = () => null;

export const makeHalves = () => null;

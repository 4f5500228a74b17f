export const makeQueries = () => null;

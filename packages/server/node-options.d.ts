export const nodeFlags: string[];
export const nodeVariables: Record<string, string>;

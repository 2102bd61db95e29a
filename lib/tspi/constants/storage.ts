export * from "../../tcs/constants/storage.ts";

import { start } from "../ui/page";
import { PracticePage } from "./PracticePage";

start(PracticePage);

import { start } from "../ui/page";
import { RegisterPage } from "./RegisterPage";
import "./register.css";

start(RegisterPage);

import { start } from "../ui/page";
import { CreditPage } from "./CreditPage";
import "../register/register.css";
import "./credit.css";

start(CreditPage);

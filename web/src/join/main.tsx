import { start } from "../ui/page";
import { JoinApp } from "./JoinApp";
import "./join.css";

start(JoinApp);

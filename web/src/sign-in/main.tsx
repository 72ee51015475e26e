import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";

start(() => <PlainPage title="Sign in" />);

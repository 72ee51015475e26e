import { useState } from "preact/hooks";
import { listEndpoints, type NewEndpoint } from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { useResource } from "../state/resource";
import { AddEndpoint, ShowSecret } from "./AddEndpoint";
import { EndpointCard } from "./EndpointCard";

/** Where the scheduling system is told of what happens, and whether it hears it. */
export function EndpointsSection() {
  const endpoints = useResource("endpoints", listEndpoints, 10_000);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<NewEndpoint | null>(null);
  const found = endpoints.value ?? [];
  const reload = () => void endpoints.reload();
  const add = (kind: "plain" | "primary") => (
    <Button kind={kind} icon={plus} onClick={() => setAdding(true)}>
      Add address
    </Button>
  );
  return (
    <Section title="Updates to the scheduling system" actions={found.length > 0 && add("plain")}>
      <p class="muted">
        A scheduling system can be told of programs, sessions, registrations and attendance as they change.
        Each message is signed.
      </p>
      <Problem words={endpoints.problem} retry={reload} />
      {made && <ShowSecret endpoint={made} onDone={() => setMade(null)} />}
      {endpoints.value && found.length === 0 && (
        <Empty title="No address yet" action={add("primary")}>
          Add the address that your scheduling system gives for webhooks. Without one, nothing is sent
          anywhere.
        </Empty>
      )}
      <div class="cards">
        {found.map((endpoint) => (
          <EndpointCard key={endpoint.id} endpoint={endpoint} />
        ))}
      </div>
      {adding && (
        <AddEndpoint
          onClose={() => setAdding(false)}
          onMade={(endpoint) => {
            setAdding(false);
            setMade(endpoint);
            reload();
          }}
        />
      )}
    </Section>
  );
}

import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../signaling/fake-clock";
import type { Source } from "../wire";
import { type LinkPeer, MediaLink } from "./link";
import type { Offer } from "./peer";

class FakePeer implements LinkPeer {
  answer = "";
  closed = false;
  sent = new Map<Source, MediaStreamTrack | null>();

  constructor(
    readonly number: number,
    readonly state: (state: RTCPeerConnectionState) => void,
  ) {}

  async offer(): Promise<Offer> {
    return { offer: `offer ${this.number}`, mids: {} };
  }

  async accept(answer: string): Promise<void> {
    if (answer === "unfit") throw new Error("no");
    this.answer = answer;
  }

  async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.sent.set(source, track);
  }

  close(): void {
    this.closed = true;
  }
}

let clock: FakeClock;
let peers: FakePeer[];
let rejoins: string[];
let online: boolean;
let link: MediaLink<FakePeer>;
const track = { id: "mic" } as MediaStreamTrack;
const settle = () => new Promise((done) => setTimeout(done, 0));
const peer = (index: number) => peers[index] as FakePeer;

beforeEach(async () => {
  clock = new FakeClock();
  peers = [];
  rejoins = [];
  online = true;
  link = new MediaLink({
    clock,
    makePeer: (onState) => {
      peers.push(new FakePeer(peers.length + 1, onState));
      return peer(peers.length - 1);
    },
    sendRejoin: ({ offer }) => {
      if (online) rejoins.push(offer);
      return online;
    },
    onPeer: () => {},
  });
  link.send("microphone", track);
  await link.prepare();
  await link.answered("answer");
});

describe("the media link", () => {
  it("joins with one offer, made ahead and kept until it is answered", async () => {
    expect(link.offers).toBe(1);
    expect(peer(0).answer).toBe("answer");
    peer(0).state("connected");
    expect(link.state.value).toBe("up");
  });

  it("sends the same sources over a new peer connection", async () => {
    link.rejoin(100);
    clock.advance(100);
    await settle();
    await link.answered("second");
    expect(rejoins).toEqual(["offer 2"]);
    expect(peer(0).closed).toBe(true);
    expect(peer(1).sent.get("microphone")).toBe(track);
    peer(1).state("connected");
    expect(link.state.value).toBe("up");
    expect(link.brokenSince.value).toBeNull();
  });

  it("lets a short gap heal by itself, and rejoins after three seconds", async () => {
    peer(0).state("connected");
    peer(0).state("disconnected");
    clock.advance(2_900);
    peer(0).state("connected");
    clock.advance(10_000);
    await settle();
    expect(rejoins).toEqual([]);
    peer(0).state("disconnected");
    clock.advance(3_000);
    await settle();
    expect(rejoins).toEqual(["offer 2"]);
  });

  it("keeps what it could not send for when the signaling line is back", async () => {
    online = false;
    peer(0).state("failed");
    clock.advance(0);
    await settle();
    clock.advance(60_000);
    await settle();
    expect(link.offers).toBe(2);
    online = true;
    link.resume();
    clock.advance(0);
    await settle();
    expect(link.offers).toBe(2);
    expect(rejoins).toEqual(["offer 2"]);
  });

  it("tries again, later each time, while the service refuses or says nothing", async () => {
    link.rejoin(0);
    clock.advance(0);
    await settle();
    for (const wait of [0, 1_000, 2_000]) {
      link.refused();
      clock.advance(wait);
      await settle();
    }
    expect(rejoins).toHaveLength(4);
    clock.advance(8_000); // no answer
    clock.advance(4_000);
    await settle();
    expect(rejoins).toHaveLength(5);
  });

  it("rejoins where an answer does not fit or leads nowhere", async () => {
    clock.advance(8_000); // never connected
    clock.advance(0);
    await settle();
    expect(rejoins).toEqual(["offer 2"]);
    await link.answered("unfit");
    clock.advance(1_000);
    await settle();
    expect(rejoins).toEqual(["offer 2", "offer 3"]);
  });

  it("does nothing any more once it is closed", async () => {
    link.close();
    link.rejoin(0);
    clock.advance(60_000);
    await settle();
    expect(peer(0).closed).toBe(true);
    expect(rejoins).toEqual([]);
  });
});

import { batch, effect, signal } from "@preact/signals";
import { choosesCodecs } from "../media/codecs";
import { deviceKind, videoSlots } from "../media/kind";
import { MediaLink } from "../media/link";
import { LocalMedia } from "../media/local";
import { Peer } from "../media/peer";
import { Playback } from "../media/playback";
import { keepAwake } from "../media/wake";
import { Company } from "../room/company";
import { realClock } from "../signaling/clock";
import type { JoinFields } from "../signaling/resume";
import { SignalingSocket, type SocketState, socketUrl } from "../signaling/socket";
import { announce } from "../ui/LiveRegion";
import type {
  ClientMessage,
  IceServer,
  Joined,
  Muted,
  Resume,
  Room,
  ServerMessage,
  Welcome,
  Error as WireError,
} from "../wire";
import { listenToBrowser } from "./browser";
import { exposeForTests } from "./expose";
import { type Phase, type Why, whyClosed, whyFatal } from "./phase";
import { PlaceKeeper } from "./place";
import { Publications } from "./publications";
import { RemoteMedia } from "./remote";
import { RoomStore } from "./store";
import { ViewReporter } from "./views";

const DEVICES_MS = 1_500; // after a reload: a question to the visitor must not keep them from hearing

/** One visit to one session, from opening the link to leaving: what the join page and the room stand on. */
export class Session {
  readonly phase = signal<Phase>({ name: "connecting" });
  readonly #store = new RoomStore();
  readonly welcome = this.#store.welcome;
  readonly room = this.#store.room;
  readonly selfId = this.#store.selfId;
  readonly speakers = this.#store.speakers;
  readonly endingSoon = this.#store.endingSoon;
  readonly info = this.#store.info;
  readonly self = this.#store.self;
  /** What the service did not like about the last request; null once another was made. */
  readonly refusal = signal<WireError | null>(null);
  /** Who muted the visitor, until they speak again. */
  readonly mutedBy = signal<string | null>(null);
  readonly listenOnly = signal(false);
  readonly line = signal<SocketState>({ name: "connecting" });

  readonly local = new LocalMedia();
  readonly playback = new Playback();
  readonly remote = new RemoteMedia(this.playback);
  readonly views: ViewReporter;
  readonly link: MediaLink<Peer>;
  readonly socket: SignalingSocket;
  readonly company = new Company(() => this.#place.resume);

  /** By what the service knows this device once it is out of the room again; null where it never was in. */
  device: Resume | null = null;

  readonly #publications: Publications;
  readonly #stops: (() => void)[] = [];
  readonly #place: PlaceKeeper;
  #fields: JoinFields = {};
  #iceServers: IceServer[] = [];
  #awake = false;
  /** Settles once the devices of before a reload are open, or are not. */
  #devices: Promise<void> = Promise.resolve();

  constructor(readonly token: string) {
    const send = (message: ClientMessage) => this.send(message);
    this.#place = new PlaceKeeper(token);
    this.socket = new SignalingSocket({
      url: socketUrl(location),
      token,
      resume: () => this.#place.resume,
      onMessage: (message) => this.#receive(message),
      onState: (state) => this.#lineChanged(state),
    });
    this.link = new MediaLink({
      makePeer: (onState) => this.#makePeer(onState),
      sendRejoin: (offer) => this.send({ type: "rejoin", ...offer }),
      onPeer: (peer) => this.remote.attach(peer),
      clock: realClock,
    });
    this.views = new ViewReporter((message) => this.phase.peek().name === "in" && send(message));
    this.#publications = new Publications(this.local, {
      transmit: (source, track) => this.link.send(source, track),
      send,
      present: () => this.phase.peek().name === "in",
    });
    exposeForTests(this);
  }

  /** Opens the line; a page that was reloaded goes straight back to its place. */
  async start(): Promise<void> {
    this.#watch();
    const place = await this.#place.restore();
    if (place) {
      this.#fields = place.join;
      this.#devices = this.local.start({ microphone: place.microphone, camera: place.camera });
    }
    this.socket.connect();
  }

  send(message: ClientMessage): boolean {
    return this.socket.send(message);
  }

  /** Presses Join. The answer is `in`, `waiting`, or the door again with a refusal. */
  async join(fields: JoinFields): Promise<void> {
    this.#fields = fields;
    this.refusal.value = null;
    this.phase.value = { name: "joining" };
    await this.#sendJoin();
  }

  /** Makes the offer ahead, so that Join has nothing to wait for. */
  prepare(): void {
    if (this.welcome.peek()) void this.link.prepare();
  }

  leave(): void {
    this.send({ type: "leave" });
    this.#over("left", "");
  }

  /** Sound only, for a line that carries no more. */
  setListenOnly(on: boolean): void {
    this.listenOnly.value = on;
    this.views.pause(on);
    if (on) this.local.camera.off();
  }

  #makePeer(onState: (state: RTCPeerConnectionState) => void): Peer {
    const welcome = this.welcome.peek();
    return new Peer({
      iceServers: this.#iceServers,
      videoSlots: videoSlots(deviceKind(), welcome?.max_video_slots ?? 9, choosesCodecs()),
      onState,
    });
  }

  async #sendJoin(): Promise<void> {
    const { offer, mids } = await this.link.prepare();
    this.send({
      type: "join",
      ...this.#fields,
      device: deviceKind(),
      offer,
      mids,
      microphone: this.#publications.isOn("microphone"),
      camera: this.#publications.isOn("camera"),
    });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#welcomed(message);
        break;
      case "waiting":
        this.phase.value = { name: "waiting", since: Date.parse(message.since) };
        break;
      case "joined":
        this.#joined(message);
        break;
      case "rejoined":
        this.remote.slots.value = message.slots;
        void this.link.answered(message.answer);
        this.views.repeat();
        break;
      case "room":
        this.#setRoom(message);
        break;
      case "delta":
        if (!this.#store.change(message)) this.socket.resync();
        break;
      case "slots":
        this.remote.slots.value = message;
        break;
      case "speakers":
        this.speakers.value = message;
        break;
      case "ice_servers":
        this.#iceServers = message.ice_servers;
        break;
      case "muted":
        this.#muted(message);
        break;
      case "rejoin_please":
        this.link.rejoin(message.after_ms);
        break;
      case "ending_soon":
        this.endingSoon.value = message;
        announce("The session ends soon.");
        this.company.changed();
        break;
      case "company_changed":
        this.company.changed();
        break;
      case "declined":
      case "removed":
      case "moved":
      case "ended":
        this.#over(message.type, message.message);
        break;
      case "error":
        this.#refused(message);
        break;
    }
  }

  #welcomed(welcome: Welcome): void {
    this.welcome.value = welcome;
    this.#iceServers = welcome.ice_servers;
    const { name } = this.phase.peek();
    if (welcome.resumed) {
      this.phase.value = { name: "in" };
      this.company.entered(welcome.session.session_id);
      this.selfId.value = this.#place.resume?.connection_id ?? this.selfId.peek();
      this.#stayAwake();
      void within(DEVICES_MS, this.#devices).then(() => this.link.resume());
      return;
    }
    this.#place.forget();
    if (name === "connecting") this.phase.value = { name: "door" };
    if (name === "in") this.phase.value = { name: "joining" }; // away too long: the place is free, take one anew
    if (name === "in" || name === "joining" || name === "waiting") void this.#sendJoin();
  }

  #joined(message: Joined): void {
    this.#fields = this.#place.take(message, this.#fields);
    batch(() => {
      this.selfId.value = message.participant_id;
      this.remote.slots.value = message.slots;
      this.#setRoom(message.room);
      this.phase.value = { name: "in" };
    });
    this.#remember();
    this.company.entered(message.room.session.session_id);
    this.#stayAwake();
    void this.link.answered(message.answer);
    this.views.repeat();
  }

  #setRoom(room: Room): void {
    this.#store.set(room);
    const self = this.self.peek();
    if (self) this.#publications.reconcile(self);
    this.views.repeat();
  }

  #muted({ source, by }: Muted): void {
    if (source === "microphone" || source === "camera") this.local[source].off();
    else this.local.screen.stop();
    if (source === "microphone") this.mutedBy.value = by;
  }

  #refused(error: WireError): void {
    const why = error.fatal ? whyFatal(error.code) : null;
    if (why) {
      this.#over(why, error.message);
      return;
    }
    const { name } = this.phase.peek();
    this.refusal.value = error;
    if (name === "joining" || name === "waiting") this.phase.value = { name: "door" };
    if (name === "in") this.link.refused();
  }

  #lineChanged(state: SocketState): void {
    this.line.value = state;
    if (state.name === "closed" && this.phase.peek().name !== "over") this.#over(whyClosed(state.code), "");
  }

  #over(why: Why, message: string): void {
    if (this.phase.peek().name === "over") return;
    this.device = this.#place.resume;
    this.phase.value = { name: "over", why, message };
    if (why !== "taken_over") this.#place.forget();
    for (const stop of this.#stops) stop();
    this.company.left();
    this.#publications.close();
    this.views.close();
    this.link.close();
    this.playback.close();
    this.local.release();
    this.socket.close();
  }

  #stayAwake(): void {
    if (this.#awake) return;
    this.#awake = true;
    this.#stops.push(keepAwake());
  }

  #remember(): void {
    this.#place.remember({
      microphone: this.local.microphone.state.value.name !== "held",
      camera: this.local.camera.state.value.name !== "off",
    });
  }

  #watch(): void {
    this.#stops.push(
      listenToBrowser(() => {
        this.socket.hurry();
        this.link.networkChanged();
      }),
      effect(() => this.#remember()),
      effect(() => this.playback.setSpeaker(this.local.speaker.value)),
      effect(() => {
        if (this.local.microphone.sending.value) this.mutedBy.value = null;
      }),
    );
  }
}

/** Waits for something, but not for long. */
function within(milliseconds: number, awaited: Promise<void>): Promise<void> {
  return Promise.race([awaited, new Promise<void>((done) => setTimeout(done, milliseconds))]);
}

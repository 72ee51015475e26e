// Written by scripts/wire.mjs from signaling/messages.py; run `npm run wire` after a change there.

/**
 * Any message of the signaling WebSocket.
 */
export type WireMessage = (ClientMessage | ServerMessage)
/**
 * Any message from a client.
 */
export type ClientMessage = (Hello | Join | Rejoin | Watch | Publish | View | Leave | Admit | Decline | Mute | Remove | Extend | End | Ping)
/**
 * What a publication shows or sounds.
 */
export type Source = ("microphone" | "camera" | "screen" | "screen_sound")
/**
 * The sources that fill a video slot.
 */
export type PictureSource = ("camera" | "screen")
/**
 * What a publication shows or sounds.
 */
export type Source1 = ("microphone" | "camera" | "screen" | "screen_sound")
/**
 * Any message from the server.
 */
export type ServerMessage = (Welcome | InLobby | Declined | Joined | Rejoined | Room | Delta | Slots | Speakers | IceServers | Muted | RejoinPlease | EndingSoon | CompanyChanged | Removed | Moved | Ended | Error | Pong)
/**
 * What a person is in a session. Comes from server state only, never from a client.
 */
export type Role = ("facilitator" | "panelist" | "participant" | "observer" | "coordinator")
/**
 * What can be wrong; the table with close codes is in ``signaling.errors``.
 */
export type ErrorCode = ("bad_message" | "too_large" | "too_many" | "out_of_order" | "link_invalid" | "link_expired" | "not_open" | "ended" | "room_full" | "not_allowed" | "no_such_participant" | "missing_field" | "second_device" | "offer_refused" | "media_unavailable" | "timed_out" | "slow_reader" | "old_client" | "internal")

/**
 * First message of every socket, within the deadline.
 */
export interface Hello {
type: "hello"
protocol?: number
token: string
/**
 * Name and version of the client, for support.
 */
client: string
resume?: (Resume | null)
}
/**
 * Names the connection that a new socket takes over.
 */
export interface Resume {
connection_id: string
secret: string
}
/**
 * Asks for the room: identity and offer at once. Answered by ``joined``, ``waiting`` or ``error``.
 */
export interface Join {
type: "join"
/**
 * ``other``: the personal link was opened by somebody else, whose fields follow.
 */
identity?: ("me" | "other")
name?: (string | null)
email?: (string | null)
profession?: (string | null)
site?: (string | null)
/**
 * Needed where ``welcome.others`` is not empty.
 */
second_device?: (("both" | "move") | null)
device: ("phone" | "tablet" | "desktop" | "endpoint")
offer: string
mids: Mids
microphone: boolean
camera: boolean
}
/**
 * Which m-line of the offer is what, by mid.
 * 
 * The four sending ones may be absent on a receive-only device.
 */
export interface Mids {
microphone?: (string | null)
camera?: (string | null)
screen?: (string | null)
screen_sound?: (string | null)
/**
 * Receiving audio slots for the loudest voices.
 * 
 * @maxItems 3
 */
voices?: string[]
/**
 * Receiving audio slot for the sound of a shared screen.
 */
share_sound?: (string | null)
/**
 * Receiving video slots.
 * 
 * @maxItems 25
 */
videos?: string[]
}
/**
 * A new peer connection for a participant who is in the room already. Answered by ``rejoined``.
 */
export interface Rejoin {
type: "rejoin"
offer: string
mids: Mids
}
/**
 * Follow the room without joining it (console; facilitators and coordinators). Answered by ``room``.
 */
export interface Watch {
type: "watch"
}
/**
 * The page starts or stops sending a source.
 */
export interface Publish {
type: "publish"
source: Source
on: boolean
}
/**
 * Everything that the page shows now, most wanted first. Replaces the one before.
 */
export interface View {
type: "view"
/**
 * @maxItems 64
 */
items: ViewItem[]
}
/**
 * One picture that the page shows now, and how high it is on screen.
 */
export interface ViewItem {
participant_id: string
source: PictureSource
height: number
}
/**
 * The participant pressed Leave.
 */
export interface Leave {
type: "leave"
}
/**
 * Lets somebody in from the lobby; without an id, everybody.
 */
export interface Admit {
type: "admit"
waiting_id?: (string | null)
}
/**
 * Sends somebody in the lobby away.
 */
export interface Decline {
type: "decline"
waiting_id: string
}
/**
 * Stops a participant's source; the participant may start it again. Without an id, everybody else's.
 */
export interface Mute {
type: "mute"
participant_id?: (string | null)
source?: Source1
}
/**
 * Removes a person, with all devices; the link does not let them in again in this session.
 */
export interface Remove {
type: "remove"
participant_id: string
}
/**
 * Moves the planned end.
 */
export interface Extend {
type: "extend"
minutes: number
}
/**
 * Ends the session for everybody.
 */
export interface End {
type: "end"
}
/**
 * Liveness as the page sees it; answered by ``pong`` with the same stamp.
 */
export interface Ping {
type: "ping"
stamp: number
}
/**
 * Answer to ``hello``: who you are and what you are about to enter.
 */
export interface Welcome {
type: "welcome"
protocol: number
server_time: string
session: SessionInfo
you: You
others: OtherDevice[]
ice_servers: IceServer[]
max_video_slots: number
/**
 * True where the socket took over a participant in the room; a ``room`` and a ``slots`` follow.
 */
resumed: boolean
}
/**
 * What a participant may know of the session.
 */
export interface SessionInfo {
session_id: string
title: string
kind: ("session" | "practice")
status: ("scheduled" | "open" | "closed" | "cancelled")
/**
 * IANA time zone of the hub.
 */
zone: string
starts_at: string
/**
 * End as planned, extensions included; the room closes at ``closes_at``.
 */
ends_at: string
opens_at: string
closes_at: string
/**
 * Whom to ask for help, as the hub wrote it; may be empty.
 */
contact: string
}
/**
 * Who the link says the visitor is.
 */
export interface You {
/**
 * False for a public link: the join message must then carry name, e-mail, profession and site.
 */
known: boolean
name: string
site: string
role: Role
/**
 * Fields that the join page must ask for.
 */
asks: ("name" | "email" | "profession" | "site")[]
/**
 * True where joining means asking to be let in.
 */
lobby: boolean
}
/**
 * A connection of the same person that is in the room already.
 */
export interface OtherDevice {
participant_id: string
device: ("phone" | "tablet" | "desktop" | "endpoint")
joined_at: string
}
/**
 * As RTCIceServer of the browser.
 */
export interface IceServer {
urls: string[]
username: string
credential: string
}
/**
 * The participant waits; ``joined`` follows once admitted, ``declined`` otherwise.
 */
export interface InLobby {
type: "waiting"
waiting_id: string
since: string
}
/**
 * The facilitator did not let the visitor in. The socket closes.
 */
export interface Declined {
type: "declined"
message: string
}
/**
 * In the room: the answer and everything there is to know.
 */
export interface Joined {
type: "joined"
connection_id: string
/**
 * For ``hello.resume``.
 */
secret: string
participant_id: string
answer: string
room: Room
slots: Slots
}
/**
 * The whole state of the room; sent on join, on resume and whenever deltas were lost.
 */
export interface Room {
type: "room"
revision: number
session: SessionInfo
participants: Participant[]
/**
 * Empty for all but facilitators and coordinators.
 */
waiting: Waiting[]
}
/**
 * One device of one person in the room, as everybody may see it.
 */
export interface Participant {
participant_id: string
person_id: string
name: string
site: string
role: Role
device: ("phone" | "tablet" | "desktop" | "endpoint")
joined_at: string
/**
 * True while the participant says it sends sound and nobody muted it.
 */
microphone: boolean
camera: boolean
screen: boolean
screen_sound: boolean
/**
 * False while its media path is interrupted or not up yet.
 */
connected: boolean
}
/**
 * Somebody in the lobby, as facilitators and coordinators see it.
 */
export interface Waiting {
waiting_id: string
name: string
site: string
profession: string
since: string
}
/**
 * What each receiving m-line carries, in the order of the join message's mids.
 */
export interface Slots {
type: "slots"
voices: (string | null)[]
share_sound: (string | null)
videos: (VideoSlot | null)[]
}
/**
 * What a video slot carries now.
 */
export interface VideoSlot {
participant_id: string
source: PictureSource
/**
 * ``paused``: its publisher sends nothing. ``limited``: the receiver's line is too slow for it.
 */
state: ("starting" | "live" | "paused" | "limited")
layer: ("" | "q" | "h" | "f")
}
/**
 * Answer to ``rejoin``.
 */
export interface Rejoined {
type: "rejoined"
answer: string
slots: Slots
}
/**
 * Changes on top of the revision before; where ``revision`` is not the next one, ask by reconnecting.
 */
export interface Delta {
type: "delta"
revision: number
changes: (Put | Gone | WaitingPut | WaitingGone | SessionPut)[]
}
/**
 * A participant came or changed.
 */
export interface Put {
op: "put"
participant: Participant
}
/**
 * A participant left.
 */
export interface Gone {
op: "gone"
participant_id: string
}
/**
 * Somebody entered the lobby.
 */
export interface WaitingPut {
op: "waiting_put"
waiting: Waiting
}
/**
 * Somebody left the lobby, admitted or not.
 */
export interface WaitingGone {
op: "waiting_gone"
waiting_id: string
}
/**
 * The session changed: extended, renamed, closing.
 */
export interface SessionPut {
op: "session_put"
session: SessionInfo
}
/**
 * Who speaks now, loudest first, and who has the floor.
 */
export interface Speakers {
type: "speakers"
dominant: (string | null)
speaking: string[]
}
/**
 * Fresh credentials of ``welcome.ice_servers``, for the next peer connection.
 */
export interface IceServers {
type: "ice_servers"
ice_servers: IceServer[]
}
/**
 * The facilitator stopped one of your sources: stop sending it and say so.
 */
export interface Muted {
type: "muted"
source: Source
by: string
}
/**
 * The media path is new: send ``rejoin`` after this many milliseconds.
 */
export interface RejoinPlease {
type: "rejoin_please"
after_ms: number
}
/**
 * The session nears its end.
 */
export interface EndingSoon {
type: "ending_soon"
ends_at: string
closes_at: string
}
/**
 * Somebody checked in or out in front of a shared camera: of your own, or, where you moderate, of any.
 */
export interface CompanyChanged {
type: "company_changed"
}
/**
 * A facilitator removed you. The socket closes.
 */
export interface Removed {
type: "removed"
message: string
}
/**
 * You went on with another device. The socket closes.
 */
export interface Moved {
type: "moved"
message: string
}
/**
 * The session is over. The socket closes.
 */
export interface Ended {
type: "ended"
message: string
}
/**
 * Something was wrong: what, and what to do, in words for the person who reads them.
 */
export interface Error {
type: "error"
code: ErrorCode
message: string
field: (string | null)
/**
 * True where the socket closes after this.
 */
fatal: boolean
}
/**
 * Answer to ``ping``.
 */
export interface Pong {
type: "pong"
stamp: number
server_time: string
}

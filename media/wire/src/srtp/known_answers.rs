//! Packets that others have sealed: RFC 7714 sections 16 and 17, and libsrtp, which browsers use.

use super::*;
use crate::testing::hex;

const SALT: &[u8; SALT_LEN] = b"Quid pro quo";
const RTP: &str =
    "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
const RTCP: &str =
    "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
const RTCP_INDEX: u32 = 0x5d4;

struct Rfc7714 {
    profile: Profile,
    rtp: &'static str,
    rtcp: &'static str,
    /// Authenticated only.
    plain_rtcp: &'static str,
}

const RFC_7714: [Rfc7714; 2] = [
    Rfc7714 {
        profile: Profile::AeadAes128Gcm,
        rtp: "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
              899d7f27beb16a9152cf765ee4390cce",
        rtcp: "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b
               c84aa45896cf4d2fc5abf87245d9eade800005d4",
        plain_rtcp:
            "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef
                     841dd9683dd78ec92ae58790125f62b3000005d4",
    },
    Rfc7714 {
        profile: Profile::AeadAes256Gcm,
        rtp: "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
              7aa3db36dfffd6b0f9bb7878d7a76c13",
        rtcp: "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad
               1d1eb30c4446839f57ff6f6cb26ac3be800005d4",
        plain_rtcp:
            "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef
                     91db4afbfeee5a978fab4393ed2615fe000005d4",
    },
];

#[test]
fn seals_and_opens_as_rfc_7714_does() {
    for known in RFC_7714 {
        let key: Vec<u8> = (0..known.profile.key_len() as u8).collect();
        let keys = SessionKeys::from_parts(known.profile, (&key, *SALT), (&key, *SALT)).unwrap();
        let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());

        let mut packet = hex(RTP);
        sealer.seal_rtp(&mut packet, 0, 12, 0x5501_a0b2, 0xf17b).unwrap();
        assert_eq!(packet, hex(known.rtp));
        assert_eq!(opener.open_rtp(&packet, &mut into).unwrap().packet, hex(RTP));

        let mut packet = Vec::new();
        for _ in 0..=RTCP_INDEX {
            packet = hex(RTCP);
            sealer.seal_rtcp(&mut packet, 0).unwrap();
        }
        assert_eq!(packet, hex(known.rtcp));
        assert_eq!(opener.open_rtcp(&packet, &mut into).unwrap(), hex(RTCP));
        assert_eq!(opener.open_rtcp(&hex(known.plain_rtcp), &mut into), Err(OpenError::Plain));
    }
}

/// Sealed by libsrtp from the master key 01 02 03 .. and the salt a0 a1 a2 ..: four RTP packets with a rollover in between and
/// three of RTCP from two senders, each of which it counts by itself.
const LIBSRTP: [(Profile, [&str; 4], [&str; 3]); 2] = [
    (
        Profile::AeadAes128Gcm,
        [
            "90e0fffe01020304cafe0001bede000131aabb00fd213ff58a8a8d7f1d2b0d5f11b3b6388060c4335c3ae3e1956b04e5c3ecb264ea0e537b",
            "90e0ffff01020304cafe0001bede000131aabb00e945db0fcc4b5042d62c2b6b1ed056f71440293c46de32a5d7f69210e93273295e8244dc",
            "90e0000001020304cafe0001bede000131aabb0018335faa714ea311127b9ded9c872bcead9e05291808ff0d01b4b85246f884968af1661a",
            "90e0000101020304cafe0001bede000131aabb002651b98a42d1ed3247ed3601c453f3fcf447444f4fdc3d96d3a3a89a9237002e2cf4dc70",
        ],
        [
            "81ce000200000007b3542063c8ee0664b4d7a2f7e995673bebe333d380000001",
            "81ce000200000007be3f96c3aa70ac5c7218f17d7871d9da0bc3cf6c80000002",
            "81ce0002000000097e78b0ad9375911643e09dc412d19808de6a73e780000001",
        ],
    ),
    (
        Profile::AeadAes256Gcm,
        [
            "90e0fffe01020304cafe0001bede000131aabb00ac342ad75519db4e547bbf629fb3a4beb71efeadd616dd8010f73a7d35bd6b99bb3972dc",
            "90e0ffff01020304cafe0001bede000131aabb006a60dd924e987b2cb49a295d2c91f982b105b3d82f94da379c85999d5dd20f9323cb2825",
            "90e0000001020304cafe0001bede000131aabb000ce706fc08d0cf442ca334ed85da838c7aa1fc3a916701d26aa18f02d96f681cfd7eb026",
            "90e0000101020304cafe0001bede000131aabb0067ab1a8d7e40fd7f484bb038ae033d4f66aff0ceca54983887a33e65e414769075ab5c2b",
        ],
        [
            "81ce00020000000716b926adee12569b9352ac23fad19c115de5c6ec80000001",
            "81ce000200000007bc41102f11aa061492f8f50bcff3fc41011f3ca780000002",
            "81ce0002000000093fe91e4134100d120b137931486c713ecd9d734d80000001",
        ],
    ),
];

#[test]
fn seals_and_opens_as_libsrtp_does() {
    for (profile, rtp, rtcp) in LIBSRTP {
        let key: Vec<u8> = (1..=profile.key_len() as u8).collect();
        let salt = *b"\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab";
        let keys = SessionKeys::derive(profile, &key, &salt).unwrap();
        let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
        for (index, packet) in (65_534..).zip(rtp) {
            let opened = opener.open_rtp(&hex(packet), &mut into).unwrap();
            assert_eq!((opened.index, opened.payload()), (index, &*(0..20).collect::<Vec<u8>>()));
            assert_eq!(opened.header.extension(opened.packet, 3), Some(&[0xaa, 0xbb][..]));
            let (mut plain, header) = (opened.packet.to_vec(), opened.header);
            sealer.seal_rtp(&mut plain, 0, header.header_len, header.ssrc, index).unwrap();
            assert_eq!(plain, hex(packet));
        }
        for packet in rtcp {
            let opened = opener.open_rtcp(&hex(packet), &mut into);
            assert_eq!(opened.map(|compound| compound.split_at(8).1), Ok(&[0, 0, 0, 5][..]));
            assert_eq!(opener.open_rtcp(&hex(packet), &mut into), Err(OpenError::Replayed));
        }
    }
}

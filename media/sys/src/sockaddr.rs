//! Socket addresses as the kernel writes them.

use std::mem;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// An address in the kernel's form, and how much of it counts.
#[derive(Clone, Copy)]
pub(crate) struct RawAddr {
    pub storage: libc::sockaddr_storage,
    pub length: libc::socklen_t,
}

impl RawAddr {
    /// Room for an address of any family.
    pub fn empty() -> RawAddr {
        // SAFETY: sockaddr_storage is plain data, for which all zeroes is a valid value.
        let storage = unsafe { mem::zeroed() };
        RawAddr { storage, length: mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }
}

impl RawAddr {
    /// Writes an address over what was there.
    pub fn set(&mut self, addr: SocketAddr) {
        match addr {
            SocketAddr::V4(v4) => {
                let form = libc::sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: v4.port().to_be(),
                    sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(v4.ip().octets()) },
                    sin_zero: [0; 8],
                };
                self.length = mem::size_of_val(&form) as libc::socklen_t;
                // SAFETY: sockaddr_storage is large and aligned enough for every address family.
                unsafe { (&raw mut self.storage).cast::<libc::sockaddr_in>().write(form) };
            }
            SocketAddr::V6(v6) => {
                let form = libc::sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: v6.port().to_be(),
                    sin6_flowinfo: v6.flowinfo(),
                    sin6_addr: libc::in6_addr { s6_addr: v6.ip().octets() },
                    sin6_scope_id: v6.scope_id(),
                };
                self.length = mem::size_of_val(&form) as libc::socklen_t;
                // SAFETY: as above.
                unsafe { (&raw mut self.storage).cast::<libc::sockaddr_in6>().write(form) };
            }
        }
    }
}

impl From<SocketAddr> for RawAddr {
    fn from(addr: SocketAddr) -> RawAddr {
        let mut raw = RawAddr::empty();
        raw.set(addr);
        raw
    }
}

/// Reads an address; `None` for families other than IPv4 and IPv6.
pub(crate) fn parse(storage: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match libc::c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says that a sockaddr_in lies here; the storage is large and aligned enough.
            let form = unsafe { &*(&raw const *storage).cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(form.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddrV4::new(ip, u16::from_be(form.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that a sockaddr_in6 lies here; the storage is large and aligned enough.
            let form = unsafe { &*(&raw const *storage).cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(form.sin6_addr.s6_addr);
            Some(SocketAddrV6::new(ip, u16::from_be(form.sin6_port), 0, form.sin6_scope_id).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_families_survive_the_kernels_form() {
        for text in ["192.0.2.7:40000", "[2001:db8::7]:40001", "[::1]:1"] {
            let addr: SocketAddr = text.parse().unwrap();
            assert_eq!(parse(&RawAddr::from(addr).storage), Some(addr));
        }
        assert_eq!(parse(&RawAddr::empty().storage), None);
    }
}

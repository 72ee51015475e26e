//! Addresses of this machine: getifaddrs(3).

use std::io;
use std::net::IpAddr;
use std::ptr;

use crate::check;
use crate::sockaddr;

/// Addresses of the interfaces that are up, without duplicates. Link-local ones are left out: they mean nothing to a client
/// elsewhere. Loopback is in the list.
pub fn interface_addresses() -> io::Result<Vec<IpAddr>> {
    let mut list: *mut libc::ifaddrs = ptr::null_mut();
    // SAFETY: `list` is valid for the call to fill.
    check(unsafe { libc::getifaddrs(&mut list) })?;
    let mut found = Vec::new();
    let mut entry = list;
    // SAFETY: a non-null entry is a valid element of the list until freeifaddrs.
    while let Some(interface) = unsafe { entry.as_ref() } {
        entry = interface.ifa_next;
        if interface.ifa_flags & libc::IFF_UP as libc::c_uint == 0 {
            continue;
        }
        if let Some(ip) = address(interface)
            && !is_link_local(ip)
            && !found.contains(&ip)
        {
            found.push(ip);
        }
    }
    // SAFETY: the list came from getifaddrs and nothing refers to it any more.
    unsafe { libc::freeifaddrs(list) };
    Ok(found)
}

fn address(interface: &libc::ifaddrs) -> Option<IpAddr> {
    // SAFETY: the pointer is null or points at an address whose family says how long it is.
    let family = unsafe { interface.ifa_addr.as_ref() }?.sa_family;
    let length = match libc::c_int::from(family) {
        libc::AF_INET => size_of::<libc::sockaddr_in>(),
        libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
        _ => return None,
    };
    let mut raw = sockaddr::RawAddr::empty();
    // SAFETY: the kernel's address has `length` bytes; the storage has room for any family.
    unsafe {
        ptr::copy_nonoverlapping(interface.ifa_addr.cast::<u8>(), (&raw mut raw.storage).cast::<u8>(), length);
    }
    Some(sockaddr::parse(&raw.storage)?.ip())
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn this_machine_has_a_loopback_address_once() {
        let all = interface_addresses().unwrap();
        assert_eq!(all.iter().filter(|ip| **ip == IpAddr::V4(Ipv4Addr::LOCALHOST)).count(), 1);
    }
}

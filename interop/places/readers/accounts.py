"""Files of accounts: `/etc/passwd` and `/etc/group` as the C library reads them, and words as a shell's."""

import ctypes
import os
import shlex
import tempfile

libc = ctypes.CDLL(None)


class Passwd(ctypes.Structure):
    _fields_ = [
        ("pw_name", ctypes.c_char_p),
        ("pw_passwd", ctypes.c_char_p),
        ("pw_uid", ctypes.c_uint),
        ("pw_gid", ctypes.c_uint),
        ("pw_gecos", ctypes.c_char_p),
        ("pw_dir", ctypes.c_char_p),
        ("pw_shell", ctypes.c_char_p),
    ]


class Group(ctypes.Structure):
    _fields_ = [
        ("gr_name", ctypes.c_char_p),
        ("gr_passwd", ctypes.c_char_p),
        ("gr_gid", ctypes.c_uint),
        ("gr_mem", ctypes.POINTER(ctypes.c_char_p)),
    ]


libc.fopen.restype = ctypes.c_void_p
libc.fopen.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
libc.fclose.argtypes = [ctypes.c_void_p]
libc.fgetpwent.restype = ctypes.POINTER(Passwd)
libc.fgetpwent.argtypes = [ctypes.c_void_p]
libc.fgetgrent.restype = ctypes.POINTER(Group)
libc.fgetgrent.argtypes = [ctypes.c_void_p]


def entries(text, next_entry):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        stream = libc.fopen(path.encode(), b"r")
        while entry := next_entry(stream):
            yield entry.contents
        libc.fclose(stream)


def read_passwd(text):
    return [
        [user.pw_name.decode(), user.pw_passwd.decode(), str(user.pw_uid), str(user.pw_gid)]
        + [user.pw_gecos.decode(), user.pw_dir.decode(), user.pw_shell.decode()]
        for user in entries(text, libc.fgetpwent)
    ]


def members(group):
    at = 0
    while (name := group.gr_mem[at]) is not None:
        yield name.decode()
        at += 1


def read_group(text):
    return [
        [group.gr_name.decode(), group.gr_passwd.decode(), str(group.gr_gid), list(members(group))]
        for group in entries(text, libc.fgetgrent)
    ]


def read_htgroup(text):
    """Apache reads words as a shell does. `interop/ready.rs` runs Apache itself."""
    lines = [line.split(":", 1) for line in text.split("\n") if line and not line.startswith("#")]
    return [[name, shlex.split(users)] for name, users in lines]


READERS = {"glibc passwd": read_passwd, "glibc group": read_group, "shlex": read_htgroup}

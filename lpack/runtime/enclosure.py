"""Goes into namespaces in which the paths are Lambda's; a part of `keeper.py`, without lpack.

What is seen there: /var/task and /opt with the function's files, a /tmp of the configured size,
/var/lang with the interpreter, and of the host only programs, libraries and /etc, none of them
writable. https://man7.org/linux/man-pages/man7/namespaces.7.html
"""

# What is imported here is waited for at every start.
# ruff: noqa: PTH101, PTH102, PTH103, PTH106, PTH110, PTH112, PTH113, PTH114, PTH115, PTH118, PTH120, PTH123, PTH211

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from typing import Any

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND = 1, 2, 4, 8, 32, 4096
_REC, _PRIVATE = 16384, 1 << 18
_DETACH = 2
_PDEATHSIG, _KILL = 1, 9
_HOST = "/.host"
_BASE = "/tmp"  # noqa: S108 - a folder that every system has, to put another file system over
_SHARED = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "nix", "gnu", "sys")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html; the name of the
# user was recorded by LocalStack's `test_runtime_introspection`.
_USER = "sbx_user1051"
_STATED = 0x1 | 0x2 | 0x4 | 0x8
_TIMES = {1024: 1024, 2048: 2048, 4096: 1 << 21}
"""How `statvfs` and `mount` name what is done about times of access."""
_UP, _SET_FLAGS, _GET_FLAGS = 0x1, 0x8914, 0x8913

_libc = ctypes.CDLL(None, use_errno=True)


def enter(plan: dict[str, Any]) -> bool:
    """Go into the namespaces: True in their first process, False outside when that has ended.

    Raises OSError where the system does not allow it; nothing has changed then.
    """
    ready, tell = os.pipe()
    privileged = plan["privileged"]
    user, group = os.geteuid(), os.getegid()
    process = os.fork()
    if not process:
        os.close(ready)
        try:
            _unshare(plan)
            if not privileged:
                _write("/proc/self/setgroups", "deny")
                _write("/proc/self/uid_map", f"{plan['user']} {user} 1")
                _write("/proc/self/gid_map", f"{plan['group']} {group} 1")
            first = os.fork()
            if first:
                _wait(first)
            _libc.prctl(_PDEATHSIG, _KILL, 0, 0, 0)
            _lay_out(plan)
        except (OSError, AttributeError) as error:
            os.write(tell, str(error).encode() or b"unknown")
            os._exit(1)
        os.write(tell, b"ok")
        os.close(tell)
        return True
    os.close(tell)
    said = os.read(ready, 1 << 12)
    os.close(ready)
    if said != b"ok":
        os.waitpid(process, 0)
        raise OSError(said.decode(errors="replace"))
    # The descriptors are the first process's: lpack's end has to be seen there.
    os.closerange(3, 1 << 10)
    os.waitpid(process, 0)
    return False


def _wait(first: int) -> None:
    """Stay as long as the first process of the namespace, and end like it."""
    os.closerange(3, 1 << 10)
    os.waitpid(first, 0)
    os._exit(0)


def _unshare(plan: dict[str, Any]) -> None:
    _libc.prctl(_PDEATHSIG, _KILL, 0, 0, 0)
    flags = _NEWNS | _NEWUTS | _NEWIPC | _NEWPID
    if not plan["privileged"]:
        flags |= _NEWUSER
    if not plan["network"]:
        flags |= _NEWNET
    _checked(_libc.unshare(flags), "unshare")
    if not plan["network"]:
        _open_loopback()


def _lay_out(plan: dict[str, Any]) -> None:
    """Make a root of our own out of parts of the host's, and forget the host's."""
    _mount("none", "/", None, _REC | _PRIVATE)
    _mount("tmpfs", _BASE, "tmpfs", _NOSUID | _NODEV, "mode=755")
    os.mkdir(_BASE + _HOST)
    _checked(_libc.pivot_root(_BASE.encode(), (_BASE + _HOST).encode()), "pivot_root")
    os.chdir("/")
    for name in _SHARED:
        _share(name)
    _share_resolver()
    _make_devices()
    os.mkdir("/proc")
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    os.mkdir("/tmp")  # noqa: S108 - that of the function
    size = f"size={plan['ephemeral_storage']}m,mode=1777"
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, size)  # noqa: S108 - see above
    for source, target, writable in plan["binds"]:
        _bind(source, target, writable=writable)
    for path, text in plan["files"].items():
        _write_file(path, text)
    for path in ("/var/task", "/opt"):
        os.makedirs(path, exist_ok=True)
    _name_user(plan)
    _checked(_libc.umount2(_HOST.encode(), _DETACH), "umount")
    os.rmdir(_HOST)
    _mount("none", "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _share(name: str) -> None:
    source, target = f"{_HOST}/{name}", f"/{name}"
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
    elif os.path.isdir(source):
        os.mkdir(target)
        _mount(source, target, None, _BIND | _REC)


def _share_resolver() -> None:
    """Let names of hosts be found where that is written outside of /etc."""
    link = f"{_HOST}/etc/resolv.conf"
    if os.path.islink(link):
        folder = os.path.normpath(os.path.join("/etc", os.readlink(link), ".."))
        if folder.startswith("/run/") and os.path.isdir(_HOST + folder):
            os.makedirs(folder)
            _mount(_HOST + folder, folder, None, _BIND)


def _make_devices() -> None:
    os.mkdir("/dev")
    for name in _DEVICES:
        source, target = f"{_HOST}/dev/{name}", f"/dev/{name}"
        if os.path.exists(source):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
            _mount(source, target, None, _BIND)
    for name, target in _LINKS.items():
        os.symlink(target, f"/dev/{name}")


def _bind(source: str, target: str, *, writable: bool) -> None:
    """Show a folder of the host in another place, if it can be shown there."""
    if not os.path.isdir(target):
        try:
            os.makedirs(target)
        except OSError:
            return  # below a folder of the host, which is not changed
    _mount(_HOST + source, target, None, _BIND | _REC)
    if not writable:
        _make_read_only(target)


def _make_read_only(path: str) -> None:
    """Keep what else the host says of a mount: a namespace of a user may not loosen it."""
    found = os.statvfs(path).f_flag
    flags = found & _STATED
    for stated, meant in _TIMES.items():
        flags |= meant if found & stated else 0
    _mount("none", path, None, _REMOUNT | _BIND | _RDONLY | flags)


def _write_file(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)  # noqa: S103 - a program, which everybody may run


def _name_user(plan: dict[str, Any]) -> None:
    """Give the user the name and the home that it has on Lambda."""
    user, group = plan["user"], plan["group"]
    files = {
        "passwd": f"root:x:0:0:root:/root:/bin/bash\n"
        f"{_USER}:x:{user}:{group}::/home/{_USER}:/sbin/nologin\n",
        "group": f"root:x:0:\n{_USER}:x:{group}:\n",
    }
    for name, text in files.items():
        if os.path.isfile(f"/etc/{name}"):
            with open(f"/.{name}", "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(f"/.{name}", 0o644)
            _mount(f"/.{name}", f"/etc/{name}", None, _BIND)


def _open_loopback() -> None:
    """Let the function reach the runtime where there is no other network."""
    import fcntl  # noqa: PLC0415 - only where the network is taken away
    import socket  # noqa: PLC0415 - see above
    import struct  # noqa: PLC0415 - see above

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(handle, _GET_FLAGS, request))[1]
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sh", b"lo", flags | _UP))
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    with socket.socket(fileno=os.dup(3)) as channel:
        socket.send_fds(channel, [b"L"], [listening.fileno()])
    listening.close()


def _write(path: str, text: str) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


def _mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    words = [source.encode(), target.encode(), kind.encode() if kind else None]
    done = _libc.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None)
    _checked(done, f"mount {target}")


def _checked(done: int, what: str) -> None:
    if done:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")

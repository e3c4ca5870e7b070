"""Archives changed in small ways, the same ones for the same samples: seeded by the sample's name and a number."""
import random

FOREIGN = [
    b"", b"\n" * 200, b"\0" * 70, b"# comment", b"-- it's a comment", b"/* cut off", b"CREATE TABLE log (a text);",
    b"COPY x (a) FROM stdin;", b"insert into log (a) values ('x');", b"\\.", b"'", b'"', b"{", b"}", b"[", b"]", b"<Potentials>",
    b"</Potentials>", b"<response/>", b"xmlData=", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"GET / HTTP/1.1", b"see createPotential",
]


def cut(r, data, others):
    return data[: r.randrange(len(data) + 1)]


def behead(r, data, others):
    return data[r.randrange(len(data) + 1):]


def flip(r, data, others):
    data = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 5))):
        data[r.randrange(len(data))] ^= 1 << r.randrange(8)
    return bytes(data)


def remove(r, data, others):
    at = r.randrange(len(data))
    return data[:at] + data[at + r.choice((1, 2, 7, 100)):]


def swap_lines(r, data, others):
    lines = data.split(b"\n")
    a, b = r.randrange(len(lines)), r.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def repeat_line(r, data, others):
    lines = data.split(b"\n")
    lines.insert(r.randrange(len(lines) + 1), r.choice(lines))
    return b"\n".join(lines)


def insert_line(r, data, others):
    lines = data.split(b"\n")
    lines.insert(r.randrange(len(lines) + 1), r.choice(FOREIGN))
    return b"\n".join(lines)


def insert_foreign(r, data, others):
    at = r.randrange(len(data) + 1)
    return data[:at] + r.choice(FOREIGN) + data[at:]


def mix_lines(r, data, others):
    lines, other = data.split(b"\n"), r.choice(others).split(b"\n")
    start = r.randrange(len(other))
    at = r.randrange(len(lines) + 1)
    lines[at:at] = other[start:start + r.randrange(1, 9)]
    return b"\n".join(lines)


def append_other(r, data, others):
    return data + r.choice((b"", b"\n", b"\n\n")) + r.choice(others)


def carriage_returns(r, data, others):
    return data.replace(b"\n", b"\r\n")


WAYS = [
    cut, behead, flip, flip, remove, swap_lines, repeat_line, insert_line, insert_line, insert_foreign, mix_lines, mix_lines,
    append_other, carriage_returns,
]


def mutated(name, number, data, others):
    """The archive `data` changed once to three times."""
    r = random.Random(f"{name} {number}")
    for _ in range(r.choice((1, 1, 2, 3))):
        data = r.choice(WAYS)(r, data, others) if data else r.choice(others)
    return data


def grown(name, data, others, size):
    """Copies of `data`, some of them changed, one after the other: longer than what a worker takes at once."""
    r = random.Random(name)
    pieces, length = [], 0
    while length < size:
        piece = mutated(name, len(pieces), data, others) if r.random() < 0.2 else data
        pieces.append(piece + b"\n")
        length += len(piece) + 1
    return b"".join(pieces)

"""The checksum of FIT files, CRC-16/ARC, in numpy.

The polynomial is x^16 + x^15 + x^2 + 1 = (x + 1)(x^15 + x + 1); its second factor is primitive, so x^32767 = 1
modulo the polynomial: two bits 32,767 places apart have the same weight. The file is therefore first folded by
exclusive or into 32,767 bits, which runs at memory speed, and only those are weighted. FIT starts the register
at 0, so leading zeros (the padding of the fold) change nothing.
"""

import numpy as np

PERIOD = 32_767


def _weights() -> np.ndarray:
    """What a single 1 bit leaves in the register, by its distance from the end of the data."""
    weights = np.empty(PERIOD, np.uint16)
    register = 0xA001
    for distance in range(PERIOD):
        weights[distance] = register
        register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return weights[::-1].copy()  # first bit of a full period first


_WEIGHTS = _weights()


def crc16(data) -> int:
    """CRC-16/ARC of bytes (or anything with a buffer); 0 for no bytes. Data followed by its own CRC gives 0."""
    octets = np.frombuffer(data, np.uint8)
    if len(octets) > PERIOD:
        octets = _fold(octets, PERIOD)
    bits = np.unpackbits(octets, bitorder="little")
    if len(bits) > PERIOD:
        bits = _fold(bits, PERIOD)
    return int(np.bitwise_xor.reduce(_WEIGHTS[PERIOD - len(bits) :] * bits, initial=0))


def _fold(values: np.ndarray, width: int) -> np.ndarray:
    """Exclusive or of all blocks of `width` values, counted from the end."""
    head = len(values) % width
    folded = np.bitwise_xor.reduce(values[head:].reshape(-1, width), axis=0)
    if head:
        folded[width - head :] ^= values[:head]
    return folded

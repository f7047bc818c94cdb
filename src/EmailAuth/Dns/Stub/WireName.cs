using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>Domain names as DNS messages hold them (RFC 1035 sections 3.1 and 4.1.4).</summary>
internal static class WireName
{
    /// <summary>The longest name, in octets with its lengths and the root (RFC 1035 section 2.3.4).</summary>
    public const int MaxLength = 255;

    // RFC 1035 section 2.3.4: 255 octets hold at most 127 labels, and a pointer that no label follows is of no use to an honest server.
    private const int MaxPointers = 127;

    private const byte PointerBits = 0xc0;

    /// <summary>Writes a name without compression.</summary>
    /// <param name="name">The name.</param>
    /// <param name="destination">Where to; at least <see cref="MaxLength"/> octets.</param>
    /// <returns>How many octets it takes.</returns>
    public static int Write(DomainName name, Span<byte> destination)
    {
        var text = name.ToString().AsSpan();
        var length = 0;
        while (true)
        {
            var dot = text.IndexOf('.');
            var label = dot < 0 ? text : text[..dot];
            destination[length] = (byte)label.Length;
            Ascii.FromUtf16(label, destination[(length + 1)..], out var written);
            length += 1 + written;
            if (dot < 0)
            {
                destination[length] = 0;
                return length + 1;
            }

            text = text[(dot + 1)..];
        }
    }

    /// <summary>Skips a name without following its pointer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="position">Where the name starts; where it ended, afterwards.</param>
    /// <returns>Whether it ends within the message. What a pointer leads to is not looked at.</returns>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int position)
    {
        for (var at = position; at < message.Length;)
        {
            var length = message[at];
            if ((length & PointerBits) == PointerBits)
            {
                position = at + 2;
                return position <= message.Length;
            }

            if ((length & PointerBits) != 0)
            {
                return false; // RFC 1035 section 4.1.4: 01 and 10 are reserved
            }

            at += 1 + length;
            if (length == 0)
            {
                position = at;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the name at a position is the given one, without regard to case (RFC 4343). A malformed name is not.</summary>
    public static bool IsEqual(ReadOnlySpan<byte> message, int position, DomainName expected)
    {
        var text = expected.ToString().AsSpan();
        var labels = new Labels(message, position);
        while (labels.TryNext(out var label))
        {
            if (label.IsEmpty)
            {
                return text.IsEmpty;
            }

            // Label by label, as a label of the message may have a dot in it.
            var dot = text.IndexOf('.');
            if (!Ascii.EqualsIgnoreCase(label, dot < 0 ? text : text[..dot]))
            {
                return false;
            }

            text = dot < 0 ? [] : text[(dot + 1)..];
        }

        return false;
    }

    /// <summary>Reads a name.</summary>
    /// <param name="message">The message.</param>
    /// <param name="position">Where it starts; where it ended, afterwards.</param>
    /// <param name="name">The name, or null when it is the root, or holds what no <see cref="DomainName"/> can (a dot within a label, octets beyond visible ASCII).</param>
    /// <param name="isRoot">Whether it is the root.</param>
    /// <returns>Whether there is a well-formed name.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, out DomainName? name, out bool isRoot)
    {
        name = null;
        isRoot = false;
        var end = position;
        if (!TrySkip(message, ref end))
        {
            return false;
        }

        Span<char> text = stackalloc char[MaxLength];
        var length = 0;
        var isPlain = true;
        var labels = new Labels(message, position);
        while (labels.TryNext(out var label))
        {
            if (label.IsEmpty)
            {
                position = end;
                isRoot = length == 0;
                name = isRoot || !isPlain ? null : DomainName.ParseDnsName(text[..(length - 1)]).Value;
                return true;
            }

            isPlain &= !label.Contains((byte)'.');
            foreach (var octet in label)
            {
                text[length++] = (char)octet;
            }

            text[length++] = '.';
        }

        return false;
    }

    /// <summary>The labels of a name one after the other, the empty one of the root last. It ends on every input.</summary>
    private ref struct Labels(ReadOnlySpan<byte> message, int position)
    {
        private readonly ReadOnlySpan<byte> _message = message;
        private int _position = position;
        private int _start = position; // of the part of the name that is being read
        private int _pointers;
        private int _octets;

        /// <returns>False when the name is malformed; not to be called again after that, or after the empty label.</returns>
        public bool TryNext(out ReadOnlySpan<byte> label)
        {
            label = default;
            while (_position < _message.Length)
            {
                int length = _message[_position];
                if ((length & PointerBits) == PointerBits)
                {
                    if (!TryFollow(length))
                    {
                        return false;
                    }

                    continue;
                }

                _octets += 1 + length;
                if ((length & PointerBits) != 0 || _octets > MaxLength || _position + 1 + length > _message.Length)
                {
                    return false;
                }

                label = _message.Slice(_position + 1, length);
                _position += 1 + length;
                return true;
            }

            return false;
        }

        // RFC 1035 section 4.1.4: a pointer leads to a prior occurrence. Since each leads to before the part it ends, there is no loop.
        private bool TryFollow(int high)
        {
            if (_position + 1 >= _message.Length || ++_pointers > MaxPointers)
            {
                return false;
            }

            var target = ((high & ~PointerBits) << 8) | _message[_position + 1];
            if (target >= _start)
            {
                return false;
            }

            _start = _position = target;
            return true;
        }
    }
}

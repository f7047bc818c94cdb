using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>Walks the fields of a header block once, line by line, without copying.</summary>
internal ref struct HeaderScanner
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly MessageLimits _limits;
    private int _position;
    private int _count;
    private bool _ended;

    public HeaderScanner(ReadOnlySpan<byte> message, MessageLimits limits)
    {
        _message = message;
        _limits = limits;
        BodyOffset = message.Length;
    }

    /// <summary>How many bytes the fields read so far have.</summary>
    public int HeaderLength { get; private set; }

    public int BodyOffset { get; private set; }

    public HeaderDefects Defects { get; private set; }

    public string? LimitReason { get; private set; }

    public bool TryRead(out HeaderFieldSpan field)
    {
        field = default;
        if (_ended || AtEnd())
        {
            return false;
        }

        var start = _position;
        var end = FieldEnd(start);
        if (end > _limits.MaxHeaderBytes)
        {
            return Stop($"the header has more than {_limits.MaxHeaderBytes} bytes (MaxHeaderBytes)");
        }

        if (_count++ == _limits.MaxHeaderFields)
        {
            return Stop($"the header has more than {_limits.MaxHeaderFields} fields (MaxHeaderFields)");
        }

        field = Split(_message[start..end], start);
        _position = HeaderLength = end;
        return true;
    }

    /// <summary>One field whose extent is known: finds its name and notes its defects.</summary>
    public HeaderFieldSpan Split(ReadOnlySpan<byte> raw, int start)
    {
        NoteDefects(raw);
        var colon = raw.IndexOf((byte)':');
        var nameLength = colon < 0 ? 0 : NameLength(raw[..colon]);
        if (nameLength == 0)
        {
            Defects |= HeaderDefects.MalformedField;
            return new HeaderFieldSpan(start, raw.Length, 0, colon);
        }

        if (nameLength < colon)
        {
            Defects |= HeaderDefects.SpaceBeforeColon;
        }

        return new HeaderFieldSpan(start, raw.Length, nameLength, colon);
    }

    // Ends the reading before the field at a position.
    private bool Stop(string reason)
    {
        _ended = true;
        LimitReason = reason;
        return false;
    }

    private bool AtEnd()
    {
        var rest = _message[_position..];
        if (rest.StartsWith("\r\n"u8))
        {
            BodyOffset = _position + 2;
            _ended = true;
        }
        else if (rest.IsEmpty)
        {
            _ended = true;
        }

        return _ended;
    }

    // A field goes on while the next line starts with white space (RFC 5322 section 2.2.3). The search never looks past the limit, so
    // that a field of a gigabyte costs no more than the limit.
    private readonly int FieldEnd(int start)
    {
        var limit = (int)Math.Min(_message.Length, (long)_limits.MaxHeaderBytes + 2);
        var position = start;
        while (true)
        {
            var length = _message[position..limit].IndexOf("\r\n"u8);
            if (length < 0)
            {
                return limit;
            }

            position += length + 2;
            if (position >= _message.Length || !CharacterClasses.IsWsp(_message[position]))
            {
                return position;
            }

            if (position >= limit)
            {
                return limit;
            }
        }
    }

    // Every CR and every LF belongs to a CRLF exactly when there are as many of each as there are pairs.
    private void NoteDefects(ReadOnlySpan<byte> raw)
    {
        var pairs = raw.Count("\r\n"u8);
        if (raw.Count((byte)'\r') != pairs)
        {
            Defects |= HeaderDefects.BareCarriageReturn;
        }

        if (raw.Count((byte)'\n') != pairs)
        {
            Defects |= HeaderDefects.BareLineFeed;
        }

        if (raw.Contains((byte)0))
        {
            Defects |= HeaderDefects.NullByte;
        }

        if (!raw.EndsWith("\r\n"u8))
        {
            Defects |= HeaderDefects.UnterminatedLine;
        }

        if (pairs > 1 && HoldsLine(raw))
        {
            Defects |= HeaderDefects.MalformedField;
        }
    }

    // In a message a line that no white space begins is a field of its own. A field that came by itself may hold one (RFC 5322 section 2.2.3).
    private static bool HoldsLine(ReadOnlySpan<byte> raw)
    {
        while (raw.IndexOf("\r\n"u8) is var end and >= 0)
        {
            raw = raw[(end + 2)..];
            if (!raw.IsEmpty && !CharacterClasses.IsWsp(raw[0]))
            {
                return true;
            }
        }

        return false;
    }

    private static int NameLength(ReadOnlySpan<byte> beforeColon)
    {
        var name = TrimWhiteSpace(beforeColon);
        foreach (var b in name)
        {
            if (!CharacterClasses.IsFieldNameCharacter(b))
            {
                return 0;
            }
        }

        return name.Length;
    }

    // White space and folding before the colon. A CR or LF alone is neither (RFC 5322 section 2.2.3), so that what holds one has no name.
    private static ReadOnlySpan<byte> TrimWhiteSpace(ReadOnlySpan<byte> beforeColon)
    {
        var name = beforeColon.TrimEnd(" \t"u8);
        while (name.Length < beforeColon.Length && name.EndsWith("\r\n"u8))
        {
            beforeColon = name[..^2];
            name = beforeColon.TrimEnd(" \t"u8);
        }

        return name;
    }
}

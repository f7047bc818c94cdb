namespace EmailAuth.Native.Signing;

/// <summary>What was signed, with its texts in unmanaged memory.</summary>
internal sealed class SignedTexts
{
    private readonly NativeText[] _all;

    public SignedTexts(SignedFields signed)
    {
        Fields = [.. signed.Fields.Select(static field => new Field(field))];
        Reason = signed.Reason is { } reason ? NativeText.OfSender(reason) : null;
        ReasonCode = signed.ReasonCode is { } code ? NativeText.OfSender(code) : null;
        _all = [.. Fields.SelectMany(static field => (NativeText[])[field.Whole, field.Name, field.ValueLf]), .. Reason is null ? [] : (NativeText[])[Reason],
            .. ReasonCode is null ? [] : (NativeText[])[ReasonCode]];
    }

    public Field[] Fields { get; }

    public NativeText? Reason { get; }

    public NativeText? ReasonCode { get; }

    public void Free() => Array.ForEach(_all, static text => text.Free());

    /// <summary>A field in the forms that callers add it in.</summary>
    internal sealed class Field
    {
        public Field(string field)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            Whole = new NativeText(field);
            Name = new NativeText(field[..colon]);
            var value = field.AsSpan(colon + 1);
            ValueLf = new NativeText((value is [' ', ..] ? value[1..] : value).ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
        }

        public NativeText Whole { get; }

        public NativeText Name { get; }

        /// <summary>The value after the colon and one space, folded with LF.</summary>
        public NativeText ValueLf { get; }
    }
}

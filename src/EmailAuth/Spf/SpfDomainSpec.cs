using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>A parsed domain-spec (RFC 7208 section 7.1). When it holds no macro, its name is made once.</summary>
internal sealed class SpfDomainSpec
{
    private SpfDomainSpec(string text, SpfMacroString macros)
    {
        Text = text;
        Macros = macros;
        AsksPointers = macros.Uses('p');
        UsesLocalPart = macros.Uses('l') || macros.Uses('s');
        if (macros.Constant is { } constant)
        {
            IsConstant = true;
            Name = SpfTargetName.Of(constant);
        }
    }

    public string Text { get; }

    public SpfMacroString Macros { get; }

    /// <summary>Whether the name is the same in every check.</summary>
    public bool IsConstant { get; }

    /// <summary>The name when it is the same in every check; null also when that is no possible name.</summary>
    public DomainName? Name { get; }

    /// <summary>Whether expanding it asks for the client's names (the "p" macro).</summary>
    public bool AsksPointers { get; }

    /// <summary>Whether it holds the sender's local part (RFC 8616 section 4 says what that means for one beyond ASCII).</summary>
    public bool UsesLocalPart { get; }

    // RFC 7208 section 7.1: domain-spec = macro-string domain-end
    //                       domain-end = ( "." toplabel [ "." ] ) / macro-expand
    public static ParseResult<SpfDomainSpec> Parse(string text, int offset)
    {
        if (text.Length == 0)
        {
            return new SyntaxError(SyntaxErrorCode.Missing, offset, "the domain-spec is empty (RFC 7208 section 7.1)");
        }

        var macros = SpfMacroString.Parse(text, offset, SpfMacroUse.DomainSpec);
        if (!macros.IsSuccess)
        {
            return macros.Error;
        }

        var end = text.AsSpan(macros.Value.EndOfLastMacro);
        return end.IsEmpty || EndsInTopLabel(end)
            ? new SpfDomainSpec(text, macros.Value)
            : new SyntaxError(SyntaxErrorCode.Malformed, offset + macros.Value.EndOfLastMacro, "a domain-spec ends in a macro or in \".\" and a top-level label (RFC 7208 section 7.1)");
    }

    private static bool EndsInTopLabel(ReadOnlySpan<char> text)
    {
        if (text.EndsWith('.'))
        {
            text = text[..^1];
        }

        var dot = text.LastIndexOf('.');
        return dot >= 0 && IsTopLabel(text[(dot + 1)..]);
    }

    // RFC 7208 section 7.1: toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
    private static bool IsTopLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty || !CharacterClasses.IsAlphaDigit(label[0]) || !CharacterClasses.IsAlphaDigit(label[^1]))
        {
            return false;
        }

        var onlyDigits = true;
        foreach (var c in label)
        {
            if (!CharacterClasses.IsAlphaDigit(c) && c != '-')
            {
                return false;
            }

            onlyDigits &= CharacterClasses.IsDigit(c);
        }

        return !onlyDigits;
    }
}

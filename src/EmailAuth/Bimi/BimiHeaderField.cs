namespace EmailAuth.Bimi;

/// <summary>A field that a receiver adds to a message.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Value">The text after the colon: a space, then the text, folded by CRLF and space; no final CRLF. Otherwise visible ASCII.</param>
internal sealed record BimiHeaderField(string Name, string Value)
{
    /// <summary>The whole field, folded, without a final CRLF.</summary>
    public override string ToString() => string.Concat(Name, ":", Value);
}

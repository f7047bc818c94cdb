namespace EmailAuth.Results;

/// <summary>For which readers a field of results is written.</summary>
internal enum ResultsForm
{
    /// <summary>For a reader of the whole grammar, which decodes each character: escapes and UTF-8 (RFC 8601 section 2.2, RFC 8616).</summary>
    Exact,

    /// <summary>For all existing readers: the methods and properties that <see cref="CommonReaders"/> know, and texts as <see cref="PlainText"/>.</summary>
    Common,

    /// <summary>All methods and properties, with texts as <see cref="PlainText"/>.</summary>
    Extended,
}

namespace EmailAuth.Results;

/// <summary>For whom a field of results is written.</summary>
internal enum ResultsForm
{
    /// <summary>For a reader of the whole grammar, which gets back each character: escapes and UTF-8 (RFC 8601 section 2.2, RFC 8616).</summary>
    Exact,

    /// <summary>For every reader in use: the methods and properties that <see cref="CommonReaders"/> know, and texts as <see cref="PlainText"/>.</summary>
    Common,

    /// <summary>All methods and properties, with texts as <see cref="PlainText"/>.</summary>
    Extended,
}

using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>
/// Keys ready for use by their records' texts, as making one takes as long as using it, or several times as long where .NET imports it. 4,096
/// characters hold a key of 8,192 bits with every tag.
/// </summary>
/// <remarks>
/// The key of the cache is the text, not the name: the DNS is asked each time. Bounded by <see cref="SignatureOptions.MaxCachedKeys"/>, by as
/// many bytes as so many usual keys take, and by an eighth of the memory that there is.
/// </remarks>
internal sealed class KeyCache : TextCache<VerificationKey>
{
    // A record of a 2,048-bit key: 392 characters, and tags around them.
    private const int UsualTextLength = 420;
    private const int MaxTextLength = 4096;
    private const int PartOfMemory = 8;

    /// <param name="options">How many keys are kept, which are known, and how they are made.</param>
    /// <param name="memory">How many bytes there are, or null for what the process may use.</param>
    public KeyCache(SignatureOptions options, long? memory = null)
        : this(options, memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, options.Algorithms.KeyTypes.Max(type => type.MaxObjects(options)))
    {
    }

    private KeyCache(SignatureOptions options, long memory, int objects)
        : base(
            Math.Min(options.MaxCachedKeys * BytesOf(UsualTextLength, objects), memory / PartOfMemory),
            length => (int)BytesOf(Math.Max(length, UsualTextLength), objects),
            MaxTextLength,
            text => VerificationKey.Parse(text, options))
    {
    }

    // The record, its text of two bytes a character, the octets and the numbers; and for each object that verifies, the platform's key with
    // the numbers that speed it up. The benchmark "keys" measures what they take.
    private static long BytesOf(int textLength, int objects) => 1536 + (4 * textLength) + (objects * (512 + (3L * textLength)));
}

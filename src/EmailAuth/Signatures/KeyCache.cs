using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>
/// Keys ready for use by their records' texts, as importing one takes longer than using it. 4,096 characters hold a key of 8,192 bits with
/// every tag.
/// </summary>
/// <remarks>The key of the cache is the text, not the name: the DNS is asked each time.</remarks>
internal sealed class KeyCache(int capacity, AlgorithmTable? algorithms = null)
    : TextCache<VerificationKey>(capacity, usualTextLength: 1024, maxTextLength: 4096, text => VerificationKey.Parse(text, algorithms));

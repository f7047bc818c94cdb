using System.Buffers;
using System.Text;

namespace EmailAuth.Signatures;

/// <summary>The value of a signature field as text, for as long as it is read.</summary>
/// <remarks>RFC 8616 section 2: the field may hold UTF-8. What is not UTF-8 becomes U+FFFD, which no name can hold.</remarks>
internal readonly ref struct DecodedField : IDisposable
{
    private readonly char[] _buffer;

    /// <param name="value">Everything after the colon. No octet makes more than one character.</param>
    public DecodedField(ReadOnlySpan<byte> value)
    {
        _buffer = ArrayPool<char>.Shared.Rent(value.Length);
        Text = _buffer.AsSpan(0, Encoding.UTF8.GetChars(value, _buffer));
    }

    public ReadOnlySpan<char> Text { get; }

    public void Dispose() => ArrayPool<char>.Shared.Return(_buffer);
}

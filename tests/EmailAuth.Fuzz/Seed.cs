using System.Text;

namespace EmailAuth.Fuzz;

/// <summary>An input to start from: bytes, or text that stands for its bytes in UTF-8.</summary>
internal readonly record struct Seed(byte[] Bytes)
{
    public static implicit operator Seed(byte[] bytes) => new(bytes);

    public static implicit operator Seed(string text) => new(Encoding.UTF8.GetBytes(text));
}

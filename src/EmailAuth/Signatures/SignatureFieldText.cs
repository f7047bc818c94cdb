using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EmailAuth.Signatures;

/// <summary>Writes a signature field tag by tag, folded before a line grows past 76 octets (RFC 5322 section 2.1.1 asks for 78).</summary>
/// <remarks>
/// Its values are our own: names, numbers, base64. One that is longer than a line has a line of its own. The tag b= comes last and empty, so that
/// its value can follow.
/// </remarks>
internal sealed class SignatureFieldText
{
    private const int LineLength = 76;

    private readonly StringBuilder _text = new();
    private int _column;

    public SignatureFieldText(string name) => Add(name + ":");

    public SignatureFieldText Tag(string name, string value)
    {
        Item($"{name}={value};");
        return this;
    }

    /// <summary>A tag whose value may be folded after any of its pieces, such as i= in quoted-printable (RFC 6376 section 2.11).</summary>
    public SignatureFieldText Pieces(string name, IReadOnlyList<string> pieces)
    {
        Item($"{name}={pieces[0]}");
        foreach (var piece in pieces.Skip(1))
        {
            Fit(piece.Length + 1, string.Empty);
            Add(piece);
        }

        Add(";");
        return this;
    }

    public SignatureFieldText Tag(string name, long value) => Tag(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>h=: a line may end after each colon.</summary>
    public SignatureFieldText FieldNames(ImmutableArray<string> names)
    {
        for (var index = 0; index < names.Length; index++)
        {
            var item = string.Concat(index == 0 ? "h=" : string.Empty, names[index], index == names.Length - 1 ? ";" : ":");
            if (index == 0)
            {
                Item(item);
            }
            else
            {
                Fit(item.Length, string.Empty);
                Add(item);
            }
        }

        return this;
    }

    /// <summary>The field up to the value of b=.</summary>
    public string Unsigned()
    {
        _text.Append("\r\n b=");
        return _text.ToString();
    }

    /// <summary>The field with the value of b=.</summary>
    public static string Signed(string unsigned, byte[] signature)
    {
        var text = new StringBuilder(unsigned);
        var value = Convert.ToBase64String(signature);
        for (var start = 0; start < value.Length; start += 72)
        {
            text.Append(start == 0 ? string.Empty : "\r\n  ").Append(value.AsSpan(start, Math.Min(72, value.Length - start)));
        }

        return text.ToString();
    }

    private void Item(string item)
    {
        Fit(item.Length + 1, " ");
        Add(item);
    }

    // Starts a new line when the next text does not fit.
    private void Fit(int length, string separator)
    {
        if (_column + length > LineLength)
        {
            _text.Append("\r\n ");
            _column = 1;
        }
        else
        {
            Add(separator);
        }
    }

    private void Add(string text)
    {
        _text.Append(text);
        _column += text.Length;
    }
}

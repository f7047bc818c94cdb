using System.Text;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Results;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>
/// The header field of a typical message: written, beside one copy of its text; read back, beside one decoding of its bytes, and MimeKit;
/// and looked for, beside one pass over the header.
/// </summary>
public class ResultsBenchmarks
{
    private static readonly AuthenticationResults Field = new()
    {
        AuthservId = "mx.example.org",
        Results =
        [
            new() { Method = "spf", Result = "pass", Properties = [new("smtp", "mailfrom", "bounce+tag=1@mail.example.com")] },
            new()
            {
                Method = "dkim",
                Result = "pass",
                Comment = "2048-bit key",
                Properties =
                [
                    new("header", "d", "example.com"), new("header", "i", "@example.com"), new("header", "s", "s1"),
                    new("header", "a", "rsa-sha256"), new("header", "b", "Ab/dEf+h"),
                ],
            },
            new() { Method = "dmarc", Result = "pass", Comment = "p=reject dis=none", Properties = [new("header", "from", "example.com")] },
            new() { Method = "iprev", Result = "pass", Comment = "mail.example.com", Properties = [new("policy", "iprev", "2001:db8::1")] },
        ],
    };

    private string _text = null!;
    private byte[] _bytes = null!;
    private HeaderBlock _header = null!;

    public void Setup()
    {
        _text = AuthenticationResultsWriter.WriteField(Field);
        _bytes = Encoding.UTF8.GetBytes(AuthenticationResultsWriter.WriteValue(Field));
        var other = string.Concat(Enumerable.Range(0, 30).Select(i => $"X-Field-{i}: some value of ordinary length\r\n"));
        _header = HeaderBlock.Parse(Encoding.UTF8.GetBytes($"Authentication-Results: other.example; spf=pass smtp.mailfrom=a.example\r\n{other}\r\n"));
    }

    public string CopyOfTheText() => new(_text.AsSpan());

    public string Write() => AuthenticationResultsWriter.WriteField(Field);

    public string Decode() => Encoding.UTF8.GetString(_bytes);

    public object? Read() => AuthenticationResultsReader.Parse(_bytes.AsSpan()).Value;

    public int OnePass() => _header.Bytes.Span.Count("\r\n"u8);

    public int FindForged() => ArrivingResultFields.Find(_header, "mx.example.org").Length;
}

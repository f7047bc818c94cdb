using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Reads vectors and batch lines from JSON. Errors name the member; members it does not know are kept.</summary>
internal static class VectorReader
{
    // What is not known may be of any depth; a text of brackets alone need not be followed to its end.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 512 };

    private delegate T ReadRoot<T>(ref Utf8JsonReader reader);

    public static ParseResult<TestVector> ReadVector(ReadOnlySpan<byte> json) => Read(json, static (ref Utf8JsonReader reader) => Vector(ref reader));

    public static ParseResult<BatchLine> ReadBatchLine(ReadOnlySpan<byte> json) => Read(json, static (ref Utf8JsonReader reader) => Line(ref reader));

    private static ParseResult<T> Read<T>(ReadOnlySpan<byte> json, ReadRoot<T> read)
        where T : class
    {
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var reader = new Utf8JsonReader(json, Deep);
        try
        {
            reader.Read();
            var value = read(ref reader);
            reader.Read(); // reports what follows the object
            return value;
        }
        catch (JsonShapeException e)
        {
            return e.ToError();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return JsonShapeException.ToError(e, json, in reader);
        }
    }

    private static TestVector Vector(ref Utf8JsonReader reader)
    {
        JsonShape.ExpectObject(ref reader, string.Empty);
        string? id = null, suite = null, source = null, note = null, checks = null;
        Zone? zone = null;
        VectorInput? input = null;
        VectorExpectation? expect = null;
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            switch (member)
            {
                case "id":
                    id = JsonShape.Text(ref reader, member);
                    break;
                case "suite":
                    suite = JsonShape.TextOrNull(ref reader, member);
                    break;
                case "source":
                    source = JsonShape.TextOrNull(ref reader, member);
                    break;
                case "note":
                    note = JsonShape.TextOrNull(ref reader, member);
                    break;
                case "checks":
                    checks = JsonShape.TextOrNull(ref reader, member);
                    break;
                case "zone" when reader.TokenType != JsonTokenType.Null:
                    zone = ZoneReader.Read(ref reader, member);
                    break;
                case "input":
                    input = Input(ref reader, member);
                    break;
                case "expect" when reader.TokenType != JsonTokenType.Null:
                    expect = ExpectationReader.Read(ref reader, member);
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return new TestVector
        {
            Id = id ?? throw JsonShape.Missing(ref reader, "id"),
            Suite = suite,
            Source = source,
            Note = note,
            Checks = checks,
            Zone = zone,
            Input = input ?? throw JsonShape.Missing(ref reader, "input"),
            Expect = expect,
            Unknown = unknown,
        };
    }

    private static BatchLine Line(ref Utf8JsonReader reader)
    {
        JsonShape.ExpectObject(ref reader, string.Empty);
        string? id = null;
        Zone? zone = null;
        VectorInput? input = null;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            switch (member)
            {
                case "id":
                    id = JsonShape.TextOrNull(ref reader, member);
                    break;
                case "zone" when reader.TokenType != JsonTokenType.Null:
                    zone = ZoneReader.Read(ref reader, member);
                    break;
                case "input":
                    input = Input(ref reader, member);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // A line comes from anywhere: it does not choose among the files of the machine.
        return input?.MessagePath is null
            ? new BatchLine { Id = id, Zone = zone, Input = input ?? throw JsonShape.Missing(ref reader, "input") }
            : throw new JsonShapeException(ref reader, "input.message", "there is no file beside a batch line; its message is in message_b64");
    }

    private static VectorInput Input(ref Utf8JsonReader reader, string path)
    {
        JsonShape.ExpectObject(ref reader, path);
        var input = new VectorInput();
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "ip":
                    input = input with { ClientAddress = Address(ref reader, memberPath) };
                    break;
                case "helo":
                    input = input with { Helo = JsonShape.TextOrNull(ref reader, memberPath) };
                    break;
                case "mail_from":
                    input = input with { MailFrom = JsonShape.TextOrNull(ref reader, memberPath) };
                    break;
                case "rcpt_to" when reader.TokenType != JsonTokenType.Null:
                    input = input with { RcptTo = JsonShape.Texts(ref reader, memberPath) };
                    break;
                case "message_b64" when reader.TokenType != JsonTokenType.Null:
                    input = input with { Message = Base64(ref reader, memberPath) };
                    break;
                case "message":
                    input = input with { MessagePath = JsonShape.TextOrNull(ref reader, memberPath) };
                    break;
                case "now":
                    input = input with { Now = Time(ref reader, memberPath) };
                    break;
                case "options" when reader.TokenType != JsonTokenType.Null:
                    input = input with { Options = Options(ref reader, memberPath) };
                    break;
                case "seal" when reader.TokenType != JsonTokenType.Null:
                    input = input with { Seal = Seal(ref reader, memberPath) };
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return input.Message is not null && input.MessagePath is not null
            ? throw new JsonShapeException(ref reader, path, "there is a message and the path of one")
            : input with { Unknown = unknown };
    }

    private static VectorOptions Options(ref Utf8JsonReader reader, string path)
    {
        JsonShape.ExpectObject(ref reader, path);
        var options = VectorOptions.Default;
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "authserv_id" when reader.TokenType != JsonTokenType.Null:
                    var authservId = JsonShape.Text(ref reader, memberPath);
                    options = options with
                    {
                        AuthservId = authservId.Length is > 0 and <= 255 && !authservId.Any(char.IsControl) && !string.IsNullOrWhiteSpace(authservId)
                            ? authservId
                            : throw new JsonShapeException(ref reader, memberPath, "an authserv-id has 1 to 255 characters and no control character"),
                    };
                    break;
                case "receiver":
                    options = options with { Receiver = JsonShape.TextOrNull(ref reader, memberPath) };
                    break;
                case "min_rsa_bits" when reader.TokenType != JsonTokenType.Null:
                    options = options with
                    {
                        MinRsaBits = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var bits) && bits is >= 512 and <= 4096
                            ? bits
                            : throw new JsonShapeException(ref reader, memberPath, "a number from 512 to 4096 is expected"),
                    };
                    break;
                case "allow_sha1" when reader.TokenType != JsonTokenType.Null:
                    options = options with
                    {
                        AllowSha1 = reader.TokenType is JsonTokenType.True or JsonTokenType.False
                            ? reader.GetBoolean()
                            : throw new JsonShapeException(ref reader, memberPath, "true or false is expected"),
                    };
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return options with { Unknown = unknown };
    }

    private static VectorSeal Seal(ref Utf8JsonReader reader, string path)
    {
        JsonShape.ExpectObject(ref reader, path);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        long? timestamp = null;
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "private_key" or "selector" or "domain" or "headers" or "authserv_id":
                    texts[member] = JsonShape.Text(ref reader, memberPath);
                    break;
                case "timestamp":
                    timestamp = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) && seconds is >= 0 and <= 253402300799
                        ? seconds
                        : throw new JsonShapeException(ref reader, memberPath, "a number of seconds since 1970 is expected");
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return new VectorSeal
        {
            PrivateKey = JsonShape.Required(ref reader, texts, path, "private_key"),
            Selector = JsonShape.Required(ref reader, texts, path, "selector"),
            Domain = JsonShape.Required(ref reader, texts, path, "domain"),
            Timestamp = timestamp ?? throw JsonShape.Missing(ref reader, $"{path}.timestamp"),
            Headers = JsonShape.Required(ref reader, texts, path, "headers"),
            AuthservId = JsonShape.Required(ref reader, texts, path, "authserv_id"),
            Unknown = unknown,
        };
    }

    private static IPAddress? Address(ref Utf8JsonReader reader, string path)
    {
        var text = JsonShape.TextOrNull(ref reader, path);
        return text is null ? null
            : VectorText.TryParseAddress(text, out var address)
                ? address
                : throw new JsonShapeException(ref reader, path, $"\"{text}\" is no IP address");
    }

    private static DateTimeOffset? Time(ref Utf8JsonReader reader, string path)
    {
        var text = JsonShape.TextOrNull(ref reader, path);
        return text is null ? null
            : TryParseTime(text, out var time)
                ? time
                : throw new JsonShapeException(ref reader, path, $"\"{text}\" is not a time such as 2018-06-10T13:40:00Z");
    }

    /// <summary>Reads a moment as ISO 8601 writes it; without an offset it is in UTC. A time of the day alone is none, nor is a date in another order.</summary>
    internal static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text is [_, _, _, _, '-', ..] && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private static byte[] Base64(ref Utf8JsonReader reader, string path) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new JsonShapeException(ref reader, path, "a string in base64 is expected");
}

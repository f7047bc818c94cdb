using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Dns;

namespace EmailAuth.Vectors;

/// <summary>Reads what a vector expects.</summary>
internal static class ExpectationReader
{
    public static VectorExpectation Read(ref Utf8JsonReader reader, string path)
    {
        VectorReader.ExpectObject(ref reader, path);
        var expectation = new VectorExpectation();
        var unknown = UnknownMembers.None;
        while (VectorReader.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "spf":
                    expectation = expectation with { Spf = Result(ref reader, memberPath) };
                    break;
                case "spf_explanation":
                    expectation = expectation with { SpfExplanation = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                case "dkim" when reader.TokenType != JsonTokenType.Null:
                    expectation = expectation with { Dkim = Signatures(ref reader, memberPath) };
                    break;
                case "dkim_last":
                    expectation = expectation with { DkimLast = Result(ref reader, memberPath) };
                    break;
                case "dkim_best":
                    expectation = expectation with { DkimBest = Result(ref reader, memberPath) };
                    break;
                case "dmarc" when reader.TokenType != JsonTokenType.Null:
                    expectation = expectation with { Dmarc = Dmarc(ref reader, memberPath) };
                    break;
                case "arc":
                    expectation = expectation with { Arc = Result(ref reader, memberPath) };
                    break;
                case "bimi":
                    expectation = expectation with { Bimi = Result(ref reader, memberPath) };
                    break;
                case "iprev":
                    expectation = expectation with { Iprev = Result(ref reader, memberPath) };
                    break;
                case "authentication_results":
                    expectation = expectation with { AuthenticationResults = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                case "seal" when reader.TokenType != JsonTokenType.Null:
                    expectation = expectation with { Seal = Seal(ref reader, memberPath) };
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return expectation with { Unknown = unknown };
    }

    private static ImmutableArray<DkimExpectation> Signatures(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonShapeException(ref reader, path, "an array of signatures is expected");
        }

        var signatures = ImmutableArray.CreateBuilder<DkimExpectation>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            signatures.Add(Signature(ref reader, $"{path}[{signatures.Count}]"));
        }

        return signatures.DrainToImmutable();
    }

    private static DkimExpectation Signature(ref Utf8JsonReader reader, string path)
    {
        VectorReader.ExpectObject(ref reader, path);
        var signature = new DkimExpectation();
        var unknown = UnknownMembers.None;
        while (VectorReader.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "domain":
                    signature = signature with { Domain = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                case "selector":
                    signature = signature with { Selector = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                case "result":
                    signature = signature with { Result = Result(ref reader, memberPath) };
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return signature with { Unknown = unknown };
    }

    private static DmarcExpectation Dmarc(ref Utf8JsonReader reader, string path)
    {
        VectorReader.ExpectObject(ref reader, path);
        var dmarc = new DmarcExpectation();
        var unknown = UnknownMembers.None;
        while (VectorReader.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "result":
                    dmarc = dmarc with { Result = Result(ref reader, memberPath) };
                    break;
                case "policy":
                    dmarc = dmarc with { Policy = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                case "disposition":
                    dmarc = dmarc with { Disposition = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                case "org_domain":
                    dmarc = dmarc with { OrgDomain = VectorReader.TextOrNull(ref reader, memberPath) };
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return dmarc with { Unknown = unknown };
    }

    private static SealExpectation Seal(ref Utf8JsonReader reader, string path)
    {
        VectorReader.ExpectObject(ref reader, path);
        string? seal = null, signature = null, results = null;
        var unknown = UnknownMembers.None;
        while (VectorReader.NextMember(ref reader, out var member))
        {
            switch (member)
            {
                case "AS":
                    seal = VectorReader.Text(ref reader, $"{path}.AS");
                    break;
                case "AMS":
                    signature = VectorReader.Text(ref reader, $"{path}.AMS");
                    break;
                case "AAR":
                    results = VectorReader.Text(ref reader, $"{path}.AAR");
                    break;
                default:
                    UnknownMembers.Keep(ref unknown, member, ref reader);
                    break;
            }
        }

        return new SealExpectation
        {
            Seal = seal ?? throw VectorReader.Missing(ref reader, $"{path}.AS"),
            MessageSignature = signature ?? throw VectorReader.Missing(ref reader, $"{path}.AMS"),
            AuthenticationResults = results ?? throw VectorReader.Missing(ref reader, $"{path}.AAR"),
            Unknown = unknown,
        };
    }

    // A list of acceptable results; one alone; or an object with such a member "result", as some methods have more to compare.
    private static ImmutableArray<string> Result(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            return [VectorReader.Text(ref reader, path)];
        }

        if (reader.TokenType != JsonTokenType.StartObject || path.EndsWith(".result", StringComparison.Ordinal))
        {
            return VectorReader.Texts(ref reader, path);
        }

        var result = default(ImmutableArray<string>);
        while (VectorReader.NextMember(ref reader, out var member))
        {
            if (member == "result")
            {
                result = Result(ref reader, $"{path}.result");
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }
}

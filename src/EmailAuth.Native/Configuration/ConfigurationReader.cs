using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Spf;

namespace EmailAuth.Native.Configuration;

/// <summary>Makes a pipeline from its JSON configuration. What is wrong is told with the key that it stands at.</summary>
internal static class ConfigurationReader
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly JsonDocumentOptions Reading = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    public static AuthenticationPipeline Read(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Reading);
            var root = new ConfigurationObject(document.RootElement, string.Empty);
            var options = Options(root);
            var resolver = ResolverReader.Read(root.Object("dns"));
            root.ExpectNoMore();
            return new AuthenticationPipeline(resolver, options);
        }
        catch (JsonException mistake)
        {
            throw new InteropException(Status.Configuration, $"The configuration is not JSON: {mistake.Message}");
        }
        catch (ArgumentException mistake)
        {
            // A rule of the library that the checks of the keys do not know; its text names the option.
            throw new InteropException(Status.Configuration, mistake.Message);
        }
    }

    private static AuthenticationOptions Options(ConfigurationObject root)
    {
        var authservId = root.Text("authserv_id") ??
            throw root.Refuse("authserv_id", "missing; it is the name under which results are given (RFC 8601 section 2.5).");
        if (string.IsNullOrWhiteSpace(authservId) || authservId.Length > 255 || authservId.Any(char.IsControl))
        {
            throw root.Refuse("authserv_id", "it has from 1 to 255 characters, and no control character.");
        }

        var limits = root.Object("limits");
        var dkim = Dkim(root.Object("dkim"));
        var options = new AuthenticationOptions
        {
            AuthservId = authservId,
            Methods = Methods(root),
            MessageLimits = new MessageLimits
            {
                MaxHeaderBytes = limits?.Number("max_header_bytes", MessageLimits.Default.MaxHeaderBytes, 1024, int.MaxValue) ?? MessageLimits.Default.MaxHeaderBytes,
                MaxHeaderFields = limits?.Number("max_header_fields", MessageLimits.Default.MaxHeaderFields, 16, int.MaxValue) ?? MessageLimits.Default.MaxHeaderFields,
            },
            LookupLimits = limits is null ? LookupLimits.Default : new LookupLimits
            {
                LookupTimeout = limits.Milliseconds("lookup_timeout_ms", LookupLimits.Default.LookupTimeout, Hour),
                CheckTimeout = limits.Milliseconds("check_timeout_ms", LookupLimits.Default.CheckTimeout, Hour),
            },
            Iprev = Iprev(root.Object("iprev")),
            Spf = Spf(root.Object("spf")),
            Dkim = dkim,
            Arc = Arc(root.Object("arc"), dkim),
            Dmarc = Dmarc(root.Object("dmarc")),
            Bimi = Bimi(root.Object("bimi")),
            ExtendedResults = Extended(root),
            LocalPolicy = PolicyReader.Read(root.Object("policy")),
        };
        limits?.ExpectNoMore();
        return options;
    }

    private static ExtendedResults Extended(ConfigurationObject root) => root.Text("extended_results") switch
    {
        null or "bimi" => ExtendedResults.Bimi,
        "none" => ExtendedResults.None,
        "all" => ExtendedResults.All,
        var text => throw root.Refuse("extended_results", $"\"{text}\" is not one of none, bimi and all."),
    };

    private static AuthenticationMethods Methods(ConfigurationObject root)
    {
        if (!root.Has("methods"))
        {
            return AuthenticationMethods.All;
        }

        var methods = AuthenticationMethods.None;
        foreach (var name in root.List("methods", static text => MethodNames.Find(text) is null ? null : text, "one of " + MethodNames.Choices))
        {
            methods |= MethodNames.Find(name)!.Value;
        }

        return methods;
    }

    private static IprevOptions Iprev(ConfigurationObject? section)
    {
        var options = section is null
            ? IprevOptions.Default
            : new IprevOptions { MaxNames = section.Number("max_names", IprevOptions.Default.MaxNames, 1, 1000) };
        section?.ExpectNoMore();
        return options;
    }

    private static SpfOptions Spf(ConfigurationObject? section)
    {
        var defaults = new SpfOptions();
        if (section is null)
        {
            return defaults;
        }

        var options = new SpfOptions
        {
            Receiver = section.Text("receiver"),
            MaxLookups = section.Number("max_lookups", defaults.MaxLookups, 1, 1000),
            MaxVoidLookups = section.Number("max_void_lookups", defaults.MaxVoidLookups, 0, 65535),
            TimeLimit = section.Milliseconds("time_limit_ms", defaults.TimeLimit, Hour),
        };
        section.ExpectNoMore();
        return options;
    }

    private static DkimOptions Dkim(ConfigurationObject? section)
    {
        var defaults = DkimOptions.Default;
        if (section is null)
        {
            return defaults;
        }

        var options = new DkimOptions
        {
            MaxSignatures = section.Number("max_signatures", defaults.MaxSignatures, 1, 1000),
            MinRsaBits = section.Number("min_rsa_bits", defaults.MinRsaBits, 1024, 4096),
            MaxRsaBits = section.Number("max_rsa_bits", defaults.MaxRsaBits, 2048, 16384),
            ClockSkew = TimeSpan.FromSeconds(section.Number("clock_skew_s", (int)defaults.ClockSkew.TotalSeconds, 0, 86400)),
            AcceptPartialBody = section.Flag("accept_partial_body", defaults.AcceptPartialBody),
            AcceptUnsignedCopies = section.Flag("accept_unsigned_copies", defaults.AcceptUnsignedCopies),
            TestingKeys = TestingKeysOf(section),
            MaxCachedKeys = section.Number("max_cached_keys", defaults.MaxCachedKeys, 2, 1_000_000),
            RequiredOversignedFields = section.List("required_oversigned_fields", FieldName, "the name of a header field"),
        };
        section.ExpectNoMore();
        return options;
    }

    private static TestingKeys TestingKeysOf(ConfigurationObject section) => section.Text("testing_keys") switch
    {
        null or "count" => TestingKeys.Count,
        "ignore" => TestingKeys.Ignore,
        var text => throw section.Refuse("testing_keys", $"\"{text}\" is not one of count and ignore."),
    };

    // RFC 5322 section 2.2: printable ASCII without the colon.
    private static string? FieldName(string text) => text.Length > 0 && text.All(static c => c is > ' ' and < '\u007f' and not ':') ? text : null;

    private static ArcOptions Arc(ConfigurationObject? section, DkimOptions signatures)
    {
        var options = new ArcOptions
        {
            MaxSets = section?.Number("max_sets", ArcOptions.Default.MaxSets, 1, 50) ?? ArcOptions.Default.MaxSets,
            Signatures = signatures,
        };
        section?.ExpectNoMore();
        return options;
    }

    private static DmarcOptions Dmarc(ConfigurationObject? section)
    {
        if (section is null)
        {
            return DmarcOptions.Default;
        }

        var options = new DmarcOptions
        {
            MaxIdentifiers = section.Number("max_identifiers", DmarcOptions.Default.MaxIdentifiers, 1, 1000),
            PublicSuffixList = ReadFile(section, "public_suffix_list", static path =>
            {
                using var reader = File.OpenText(path);
                return PublicSuffixList.Load(reader);
            }),
        };
        section.ExpectNoMore();
        return options;
    }

    private static BimiOptions Bimi(ConfigurationObject? section)
    {
        if (section is null)
        {
            return new BimiOptions();
        }

        var options = new BimiOptions
        {
            RetrieveIndicator = section.Flag("retrieve_indicator", false),
            VerifyEvidence = section.Flag("verify_evidence", false),
            RequireEvidence = section.Flag("require_evidence", false),
            AcceptTrustedArc = section.Flag("accept_trusted_arc", false),
            MarkRoots = ReadFile(section, "mark_roots", Certificates) is { } roots ? [.. roots] : [],
        };
        if (options.VerifyEvidence && options.MarkRoots.IsEmpty)
        {
            throw section.Refuse("mark_roots", "missing; evidence cannot be verified without the roots of the mark authorities.");
        }

        if (options.RequireEvidence && !options.VerifyEvidence)
        {
            throw section.Refuse("require_evidence", "it needs verify_evidence.");
        }

        section.ExpectNoMore();
        return options;
    }

    private static X509Certificate2Collection Certificates(string path)
    {
        PlatformCryptography.Require();
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates;
    }

    private static T? ReadFile<T>(ConfigurationObject section, string key, Func<string, T> read)
        where T : class
    {
        if (section.Text(key) is not { } path)
        {
            return null;
        }

        try
        {
            return read(path);
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw section.Refuse(key, mistake.Message);
        }
    }
}

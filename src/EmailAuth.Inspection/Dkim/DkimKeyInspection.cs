using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>What a domain publishes under a selector, with everything to point out about it.</summary>
internal sealed class PublishedKey
{
    private readonly List<InspectedKey> _keys = [];
    private readonly List<PublishedRecord> _records = [];
    private readonly List<Finding> _findings = [];
    private readonly ImmutableArray<DomainName> _aliases;

    private PublishedKey(DomainName name, ImmutableArray<DomainName> aliases) => (Name, _aliases) = (name, aliases);

    public DomainName Name { get; }

    /// <summary>Whether there is a TXT record.</summary>
    public bool IsThere => _records.Count > 0;

    public IEnumerable<Finding> AllFindings => _findings.Concat(_records.SelectMany(record => record.Findings));

    /// <summary>Asks for a key.</summary>
    /// <exception cref="CommandException">The DNS gave no answer.</exception>
    public static async Task<PublishedKey> AskAsync(IDnsResolver resolver, DomainName name, CancellationToken cancellationToken)
    {
        var response = await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken);
        if (response.Status == DnsStatus.Failure)
        {
            throw new CommandException(ExitCode.Input, $"cannot look up the TXT records of {name}: {response.Reason}; retry, or use another server with --dns");
        }

        var key = new PublishedKey(name, response.Aliases);
        foreach (var text in response.Texts)
        {
            var record = new PublishedRecord(name.ToString(), text);
            key._keys.Add(DkimKeyInspection.Inspect(record));
            key._records.Add(record);
        }

        key.Judge(response.Status);
        return key;
    }

    public void WriteTo(IPage page)
    {
        page.Title($"DKIM key {Name}");
        _records.ForEach(record => record.WriteTo(page));
        _findings.ForEach(page.Remark);
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name.ToString());
        json.WriteString("alias_of", _aliases is [.., var last] ? last.ToString() : null);
        json.WriteString("key_type", _keys is [var key] ? key.Type : null);
        if (_keys is [{ Bits: > 0 } sized])
        {
            json.WriteNumber("key_bits", sized.Bits);
        }

        FindingCounts.Of(AllFindings).WriteTo(json);
        json.WriteStartArray("records");
        _records.ForEach(record => record.WriteTo(json));
        json.WriteEndArray();
        PublishedRecord.WriteFindings(json, _findings);
        json.WriteEndObject();
    }

    private void Judge(DnsStatus status)
    {
        var alias = string.Join(", which is an alias of ", _aliases);
        if (_records.Count == 0)
        {
            var what = status == DnsStatus.NameError ? "does not exist (NXDOMAIN)" : "has no TXT record";
            var where = alias.Length == 0 ? $"{Name} {what}" : $"{Name} is an alias of {alias}, which {what}";
            _findings.Add(new Finding(Severity.Error, $"there is no key: {where}; signatures that name this selector do not pass"));
            return;
        }

        if (_records.Count > 1)
        {
            _findings.Add(new Finding(Severity.Error, $"{_records.Count} TXT records where one may be: verifiers refuse or choose at random (RFC 6376 section 3.6.2.2)"));
        }

        if (alias.Length > 0)
        {
            _findings.Add(new Finding(Severity.Note, $"{Name} is an alias of {alias}: the key is published there"));
        }
    }
}

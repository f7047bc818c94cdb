using System.Net;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>Answers ARSoft.Tools.Net from memory.</summary>
internal sealed class ArsoftResolver : ARSoft.Tools.Net.Dns.IDnsResolver
{
    private readonly Dictionary<(DomainName Name, RecordType Type), List<DnsRecordBase>> _records = [];

    public ArsoftResolver(IEnumerable<(string Name, string Type, string Data)> records)
    {
        foreach (var (name, type, data) in records)
        {
            var record = Record(DomainName.Parse(name), type, data);
            if (!_records.TryGetValue((record.Name, record.RecordType), out var list))
            {
                _records[(record.Name, record.RecordType)] = list = [];
            }

            list.Add(record);
        }
    }

    public List<T> Resolve<T>(DomainName name, RecordType recordType = RecordType.A, RecordClass recordClass = RecordClass.INet)
        where T : DnsRecordBase => _records.TryGetValue((name, recordType), out var records) ? [.. records.Cast<T>()] : [];

    public Task<List<T>> ResolveAsync<T>(DomainName name, RecordType recordType = RecordType.A, RecordClass recordClass = RecordClass.INet, CancellationToken token = default)
        where T : DnsRecordBase => Task.FromResult(Resolve<T>(name, recordType, recordClass));

    public void ClearCache()
    {
        // Nothing is kept but what it was made with.
    }

    public void Dispose()
    {
        // There is nothing to close.
    }

    private static DnsRecordBase Record(DomainName name, string type, string data)
    {
        switch (type)
        {
            case "TXT":
                return new TxtRecord(name, 3600, data);
            case "MX":
                var parts = data.Split(' ');
                return new MxRecord(name, 3600, ushort.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), DomainName.Parse(parts[1]));
            default:
                return new ARecord(name, 3600, IPAddress.Parse(data));
        }
    }
}

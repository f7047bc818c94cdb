using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.MailHosts;

/// <summary>Inspects the names of an address that sends (RFC 8601 section 3, "iprev").</summary>
internal static class SendingAddressReading
{
    // As a check of a client does; an address of a shared host may have hundreds of names.
    private const int MostNames = 10;

    public static async Task<SendingAddress> ReadAsync(
        IPAddress address, bool isGiven, DomainName? helo, DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        // An IPv4-mapped address is its IPv4 address: the names of its hosts have A records.
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var response = await resolver.QueryAsync(DnsQuestion.Pointers(address), cancellationToken).ConfigureAwait(false);
        var names = response.Names.Take(MostNames).ToImmutableArray();

        // An address that only the SPF record lists may send nothing.
        var severity = isGiven ? FindingSeverity.Error : FindingSeverity.Warning;
        bool? isConfirmed = false;
        if (response.Status == DnsStatus.Failure)
        {
            isConfirmed = null;
            Add(FindingSeverity.Note, FindingCode.PtrLookupFailed, address.ToString(), response.Reason!);
        }
        else if (names.IsEmpty)
        {
            Add(severity, FindingCode.PtrMissing, address.ToString());
        }
        else
        {
            isConfirmed = await LeadsBackAsync(names, address, resolver, cancellationToken).ConfigureAwait(false);
            if (isConfirmed == false)
            {
                Add(severity, FindingCode.PtrNotConfirmed, address.ToString(), string.Join(", ", names.Take(3)));
            }
            else if (isConfirmed is null)
            {
                Add(FindingSeverity.Note, FindingCode.PtrLookupFailed, address.ToString(), "the addresses of its names cannot be looked up");
            }
            else if (names.All(name => LooksGenerated(name, address)))
            {
                Add(FindingSeverity.Warning, FindingCode.PtrGeneric, address.ToString(), names[0].ToString());
            }
        }

        if (helo is not null)
        {
            var back = await LeadsBackAsync([helo], address, resolver, cancellationToken).ConfigureAwait(false);
            if (back == false)
            {
                Add(FindingSeverity.Warning, FindingCode.HeloNotAddress, helo.ToString(), address.ToString());
            }
            else if (back is null)
            {
                Add(FindingSeverity.Note, FindingCode.HeloLookupFailed, helo.ToString(), address.ToString());
            }
            else if (back == true && !names.IsEmpty && !names.Contains(helo))
            {
                Add(FindingSeverity.Note, FindingCode.HeloOtherName, helo.ToString(), address.ToString());
            }
        }

        return new SendingAddress { Address = address, IsGiven = isGiven, Names = names, IsConfirmed = isConfirmed, Findings = findings.ToImmutable() };

        void Add(FindingSeverity how, FindingCode code, params ReadOnlySpan<string> arguments) =>
            findings.Add(new Finding { Code = code, Severity = how, Name = domain, Arguments = [.. arguments] });
    }

    private static async Task<bool?> LeadsBackAsync(ImmutableArray<DomainName> names, IPAddress address, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var type = address.AddressFamily == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa;
        var (isBack, isUnknown) = (false, false);
        foreach (var name in names)
        {
            var response = await resolver.QueryAsync(new DnsQuestion(name, type), cancellationToken).ConfigureAwait(false);
            isUnknown |= response.Status == DnsStatus.Failure;
            isBack |= response.Addresses.Contains(address);
        }

        return isBack ? true : isUnknown ? null : false;
    }

    // Names of access networks have the numbers of the address, such as 192-0-2-1.dsl.example or host1.2.0.192.example.
    private static bool LooksGenerated(DomainName name, IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        var text = name.ToString().Replace('-', '.');
        var numbers = address.ToString().Split('.');
        return text.Contains(string.Join('.', numbers), StringComparison.Ordinal) || text.Contains(string.Join('.', numbers.Reverse()), StringComparison.Ordinal);
    }
}

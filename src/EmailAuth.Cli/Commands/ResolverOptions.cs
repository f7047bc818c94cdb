using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Cli.Input;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Testing;

namespace EmailAuth.Cli.Commands;

/// <summary>The options for the source of DNS answers: a zone file, a server, or by default the system's servers.</summary>
internal static class ResolverOptions
{
    private const int DnsPort = 53;

    private static readonly Option<string?> ZoneFile = new("--zone")
    {
        Description = "Use this zone file instead of the DNS: JSON (names and their records), or a master file as BIND and NSD read it.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Origin = CreateOrigin();

    private static readonly Option<DnsEndPoint?> Server = new("--dns")
    {
        Description = "Ask this DNS server. Default: the system's servers.",
        HelpName = "HOST[:PORT]",
        CustomParser = ParseServer,
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(ZoneFile);
        command.Options.Add(Origin);
        command.Options.Add(Server);
        command.Validators.Add(result =>
        {
            if (result.GetResult(ZoneFile) is not null && result.GetResult(Server) is not null)
            {
                result.AddError("--zone and --dns exclude each other: choose one");
            }
        });
    }

    public static IDnsResolver CreateResolver(ParseResult arguments) => CreateResolver(arguments, new StubResolverOptions());

    /// <summary>The resolver of a command with settings: the options override the settings.</summary>
    public static IDnsResolver CreateResolver(ParseResult arguments, StubResolverOptions settings)
    {
        if (arguments.GetValue(ZoneFile) is { } path)
        {
            return new ZoneResolver(LoadZone(path, arguments.GetValue(Origin) is { } origin ? OutputOptions.ReadDomain(origin).Value : null));
        }

        return arguments.GetValue(Server) is { } server
            ? new StubResolver(settings with { Servers = [Resolve(server)] })
            : new StubResolver(settings);
    }

    /// <summary>Where the answers of the DNS come from, in words.</summary>
    public static string SourceOf(ParseResult arguments) => arguments.GetValue(ZoneFile) is { } path
        ? $"from the zone file {Path.GetFileName(path)}"
        : arguments.GetValue(Server) is { } server ? $"from the server {server.Host}" : "from the servers of the settings or the system";

    /// <summary>The zone file; null when the network is asked.</summary>
    public static string? ZoneOf(ParseResult arguments) => arguments.GetValue(ZoneFile);

    /// <summary>Whether a zone file answers, so that the network is not used.</summary>
    public static bool IsZone(ParseResult arguments) => arguments.GetResult(ZoneFile) is not null;

    /// <summary>The same for validators.</summary>
    public static bool IsZone(CommandResult result) => result.GetResult(ZoneFile) is not null;

    /// <summary>The error of a command whose lookup failed.</summary>
    public static CommandException NoAnswer(string what, string? reason) =>
        new(ExitCode.Input, $"cannot look up {what}: {reason}; retry, or use another server with --dns");

    private static Option<string?> CreateOrigin()
    {
        var option = new Option<string?>("--origin") { Description = "The domain of a master file that does not say it by $ORIGIN.", HelpName = "NAME" };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !OutputOptions.ReadDomain(token.Value).IsSuccess)
            {
                result.AddError($"--origin must be a domain, not '{token.Value}'");
            }
        });
        return option;
    }

    private static Zone LoadZone(string path, DomainName? origin)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(WholeFile.Read(path)));
            var text = reader.ReadToEnd();
            var zone = MasterFile.IsJson(text) || text.AsSpan().Trim().IsEmpty ? Zone.Load(path) : MasterFile.Parse(text, origin);
            return zone.IsSuccess
                ? zone.Value
                : throw new CommandException(ExitCode.Input, $"'{path}' is not a zone file: {zone.Error.Reason}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Input, $"'{path}' does not exist: name a zone file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }

    private static DnsEndPoint? ParseServer(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (HostText.ParseServer(text, DnsPort) is { } server)
        {
            return server;
        }

        argument.AddError($"--dns must be a host with or without a port, such as 192.0.2.53 or 127.0.0.1:5353 or [2001:db8::53]:53, not '{text}'");
        return null;
    }

    private static IPEndPoint Resolve(DnsEndPoint server)
    {
        try
        {
            return new IPEndPoint(System.Net.Dns.GetHostAddresses(server.Host)[0], server.Port);
        }
        catch (SocketException e)
        {
            throw new CommandException(ExitCode.Input, $"the DNS server '{server.Host}' has no address: give an address instead", e);
        }
    }
}

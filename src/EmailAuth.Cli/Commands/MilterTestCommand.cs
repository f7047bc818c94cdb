using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Messages;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Trial;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth milter-test</c>: passes a message to a running milter, and shows each reply and change.</summary>
internal static class MilterTestCommand
{
    // The trusted networks of a milter usually hold this host, whose mail is not looked at: the default is an address for documentation.
    private static readonly IPAddress UsualClient = IPAddress.Parse("192.0.2.1");

    private static readonly Argument<ListenAddress?> Address = new("ADDRESS")
    {
        Description = $"The address of the milter: {ListenAddress.Forms}.",
        CustomParser = ParseAddress,
    };

    private static readonly Argument<string> Message = new("MESSAGE")
    {
        Description = "The message to pass: a file, or - for standard input. If all line ends are LF, they are sent as CRLF.",
    };

    private static readonly Option<string> ClientName = new("--client-name")
    {
        Description = "The name of the client in the DNS. Default: its address in brackets, as for a client without a name.",
        HelpName = "NAME",
    };

    private static readonly Option<string[]> Recipients = new("--to")
    {
        Description = "The address of a recipient; may be given several times. Default: postmaster@localhost.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => ["postmaster@localhost"],
    };

    private static readonly Option<string[]> Macros = new("--macro")
    {
        Description = "A macro of the MTA, such as auth_authen=joe for a client that logged in; may be given several times. The queue id i is milter-test.",
        HelpName = "NAME=VALUE",
    };

    private static readonly Option<int> Timeout = new("--timeout")
    {
        Description = "Seconds to wait for each reply, 1 to 3600.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Write the message with the milter's changes to this file.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var command = new Command("milter-test", "Passes a message to a running milter as an MTA does, and shows each reply and change.")
        {
            Address, Message, EnvelopeOptions.Ip, ClientName, EnvelopeOptions.Helo, EnvelopeOptions.MailFrom, Recipients, Macros, Timeout, Output, OutputOptions.Json,
        };
        command.Validators.Add(Validate);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth milter-test unix:/run/emailauth/milter.sock message.eml --ip 198.51.100.7 --helo mail.example.com --mail-from joe@example.com
              emailauth milter-test inet:8891@127.0.0.1 message.eml --macro auth_authen=joe --output changed.eml

            Exit codes: 0 the milter answered, whatever it answered, 2 wrong usage, 3 a file that cannot be read or written, or a milter that cannot
            be reached, hangs up, does not reply in time or breaks the protocol.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var address = arguments.GetRequiredValue(Address)!;
        OutputFile.Refuse(arguments.GetValue(Output), arguments.GetRequiredValue(Message));
        var content = LineEndings.ToCrlf(await MessageFile.ReadAsync(arguments.GetRequiredValue(Message), cancellationToken));
        using var socket = await ConnectAsync(address, cancellationToken);
        await using var connection = new NetworkStream(socket);
        var result = await MilterTrial.RunAsync(
            connection, CreateMessage(arguments, content), TimeSpan.FromSeconds(arguments.GetValue(Timeout)), cancellationToken: cancellationToken);
        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json => MilterTestJson.Write(json, address.ToString(), result));
        }
        else
        {
            MilterTestExplanation.Write(Page.Open(), address.ToString(), result);
        }

        if (result.Fault is not null)
        {
            return ExitCode.Input;
        }

        if (arguments.GetValue(Output) is { } path)
        {
            await OutputFile.WriteAsync(path, $"'{path}'", result.Content, cancellationToken);
        }

        return ExitCode.Success;
    }

    private static MilterTrialMessage CreateMessage(ParseResult arguments, ReadOnlyMemory<byte> content)
    {
        var ip = arguments.GetValue(EnvelopeOptions.Ip) ?? UsualClient;
        var macros = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        macros["i"] = "milter-test";
        macros["j"] = Environment.MachineName;
        foreach (var macro in arguments.GetValue(Macros) ?? [])
        {
            macros[macro[..macro.IndexOf('=', StringComparison.Ordinal)].Trim('{', '}')] = macro[(macro.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        return new MilterTrialMessage
        {
            Client = new MilterClient { HostName = arguments.GetValue(ClientName) ?? $"[{ip}]", Address = ip, Port = 25 },
            Helo = arguments.GetValue(EnvelopeOptions.Helo) ?? $"[{ip}]",
            MailFrom = Bracketed(arguments.GetValue(EnvelopeOptions.MailFrom) ?? string.Empty),
            Recipients = [.. arguments.GetValue(Recipients)!.Select(Bracketed)],
            Macros = macros.ToImmutable(),
            Content = content,
        };
    }

    private static async Task<Socket> ConnectAsync(ListenAddress address, CancellationToken cancellationToken)
    {
        EndPoint endPoint = address.UnixPath is { } path ? new UnixDomainSocketEndPoint(path) : address.EndPoint!;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, address.UnixPath is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new CommandException(ExitCode.Input, $"the milter at {address} cannot be reached: {e.Message}: check that it runs, and that this user may use its socket", e);
        }
    }

    private static void Validate(CommandResult result)
    {
        foreach (var token in result.GetResult(Macros)?.Tokens ?? [])
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1 || token.Value.Any(char.IsControl))
            {
                result.AddError($"--macro must be NAME=VALUE, such as auth_authen=joe, not '{token.Value}'");
            }
        }

        foreach (var token in (result.GetResult(Recipients)?.Tokens ?? []).Concat(result.GetResult(ClientName)?.Tokens ?? []))
        {
            if (token.Value.Length == 0 || token.Value.Any(char.IsControl))
            {
                result.AddError("--to and --client-name must not be empty or contain control characters");
            }
        }

        if (result.GetResult(Timeout) is { Implicit: false } timeout
            && timeout.Tokens is [var given] && (!int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 3600))
        {
            result.AddError($"--timeout must be a number of seconds, 1 to 3600, not '{given.Value}'");
        }
    }

    private static ListenAddress? ParseAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ListenAddress.Parse(text) is { } address)
        {
            return address;
        }

        argument.AddError($"'{text}' is not the address of a milter: give {ListenAddress.Forms}");
        return null;
    }

    private static string Bracketed(string path) => path is ['<', .., '>'] ? path : $"<{path}>";
}

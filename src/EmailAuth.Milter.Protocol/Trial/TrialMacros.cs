using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>Which macros go with which step.</summary>
internal sealed class TrialMacros(ImmutableSortedDictionary<string, string> values, ImmutableSortedDictionary<MilterMacroStage, string> lists)
{
    // At which step Postfix and Sendmail send a macro when the milter asks for no list. The queue id comes with every step of the message.
    private static readonly (MilterMacroStage Stage, string[] Names)[] Usual =
    [
        (MilterMacroStage.Connect, ["j", "_", "v", "daemon_name", "daemon_addr", "daemon_port", "if_name", "if_addr", "client_addr", "client_name", "client_port", "client_ptr", "client_resolve"]),
        (MilterMacroStage.Helo, ["tls_version", "cipher", "cipher_bits", "cert_subject", "cert_issuer"]),
        (MilterMacroStage.Recipient, ["rcpt_mailer", "rcpt_host", "rcpt_addr"]),
        (MilterMacroStage.Data, ["i"]),
        (MilterMacroStage.EndOfHeaders, ["i"]),
        (MilterMacroStage.EndOfMessage, ["i"]),
    ];

    /// <summary>The payload of the packet before a step; empty when there is nothing to say.</summary>
    public byte[] For(MilterMacroStage stage, MilterCommand command)
    {
        var payload = new ArrayBufferWriter<byte>();
        payload.Write([(byte)command]);
        foreach (var (name, value) in values)
        {
            if (Belongs(name, stage))
            {
                Encoding.UTF8.GetBytes($"{(name.Length == 1 ? name : $"{{{name}}}")}\0{value}\0", payload);
            }
        }

        return payload.WrittenCount == 1 ? [] : payload.WrittenSpan.ToArray();
    }

    private bool Belongs(string name, MilterMacroStage stage)
    {
        if (lists.TryGetValue(stage, out var wanted))
        {
            return wanted.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Any(entry => entry.Trim('{', '}') == name);
        }

        return stage == MilterMacroStage.Mail
            ? name == "i" || !Usual.Any(usual => usual.Names.Contains(name))
            : Usual.Any(usual => usual.Stage == stage && usual.Names.Contains(name));
    }
}

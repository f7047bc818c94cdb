using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// The macros that the MTA gave, by name. Each packet of macros replaces the earlier macros of its step and removes those of later steps.
/// Macros of MAIL and later steps are valid until the end of the message, the others until the client leaves.
/// </summary>
/// <remarks>Not thread-safe: read it only within the handler's methods.</remarks>
public sealed class MilterMacros
{
    // The steps in the order of the dialogue. One packet is kept for each step, so that an MTA cannot fill the memory.
    private static ReadOnlySpan<byte> Stages => "CHMRTLNBE"u8;

    private readonly byte[]?[] _packets = new byte[]?[Stages.Length];

    internal MilterMacros()
    {
    }

    /// <summary>The value of a macro, from the latest step that has it; null if no step has it, or if it is empty.</summary>
    /// <param name="name">Its name without braces, such as <c>i</c> for the queue id or <c>auth_authen</c>; compared with case.</param>
    /// <remarks>Bytes of a value that are not UTF-8 become U+FFFD. Each call creates the text again: keep it if it is needed often.</remarks>
    public string? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            var wanted = Encoding.UTF8.GetBytes(name);
            for (var stage = _packets.Length - 1; stage >= 0; stage--)
            {
                var reader = new MilterPayloadReader(_packets[stage]);
                while (reader.TryReadBytes(out var key) && reader.TryReadBytes(out var value))
                {
                    if ((key is [(byte)'{', .., (byte)'}'] ? key[1..^1] : key).SequenceEqual(wanted))
                    {
                        return value.IsEmpty ? null : Encoding.UTF8.GetString(value);
                    }
                }
            }

            return null;
        }
    }

    /// <summary>Takes over the macros of a packet.</summary>
    /// <param name="payload">The command they are for, then names and values in turn. Those of an unknown command are ignored.</param>
    /// <returns>Whether the packet is well formed.</returns>
    internal bool Apply(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.Count((byte)0) % 2 != 0 || (payload.Length > 1 && payload[^1] != 0))
        {
            return false;
        }

        var stage = Stages.IndexOf(payload[0]);
        if (stage >= 0)
        {
            // MTAs repeat the queue id before every field and body piece, so a packet is stored only when it differs from the stored one.
            if (_packets[stage] is not { } kept || !payload[1..].SequenceEqual(kept))
            {
                _packets[stage] = payload[1..].ToArray();
            }

            _packets.AsSpan(stage + 1).Clear();
        }

        return true;
    }

    /// <summary>Forgets what belongs to a message.</summary>
    internal void ResetMessage() => _packets.AsSpan(Stages.IndexOf((byte)MilterCommand.Mail)).Clear();

    /// <summary>Forgets everything: another client comes.</summary>
    internal void Reset() => _packets.AsSpan().Clear();
}

using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>The macros that matter here, as the MTA last gave them. Others are passed over.</summary>
internal sealed class MilterMacros
{
    /// <summary>The MTA's name of the message, or null before it has one (<c>i</c>).</summary>
    public string? QueueId { get; private set; }

    /// <summary>Who the client proved to be by SMTP AUTH, or null (<c>{auth_authen}</c>).</summary>
    public string? AuthenticatedIdentity { get; private set; }

    /// <summary>The client's address as text (<c>{client_addr}</c>).</summary>
    public string? ClientAddress { get; private set; }

    /// <summary>Which of the MTA's listeners took the connection (<c>{daemon_name}</c>).</summary>
    public string? DaemonName { get; private set; }

    /// <summary>The MTA's own host name (<c>j</c>).</summary>
    public string? HostName { get; private set; }

    /// <summary>Takes over the macros of a packet.</summary>
    /// <param name="payload">The command they are for, then names and values in turn.</param>
    /// <returns>Whether the packet is well formed.</returns>
    public bool Apply(ReadOnlySpan<byte> payload)
    {
        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadByte(out var command))
        {
            return false;
        }

        // Whether this client has authenticated is said anew before each MAIL.
        if (command == (byte)MilterCommand.Mail)
        {
            AuthenticatedIdentity = null;
        }

        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadBytes(out var name) || !reader.TryReadBytes(out var value))
            {
                return false;
            }

            Set(name, value);
        }

        return true;
    }

    /// <summary>Forgets what belongs to a message.</summary>
    public void ResetMessage()
    {
        QueueId = null;
        AuthenticatedIdentity = null;
    }

    /// <summary>Forgets everything: another client comes.</summary>
    public void Reset()
    {
        ResetMessage();
        ClientAddress = DaemonName = HostName = null;
    }

    private void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name is [(byte)'{', .., (byte)'}'])
        {
            name = name[1..^1];
        }

        if (name.SequenceEqual("i"u8))
        {
            QueueId = Text(QueueId, value);
        }
        else if (name.SequenceEqual("auth_authen"u8))
        {
            AuthenticatedIdentity = Text(AuthenticatedIdentity, value);
        }
        else if (name.SequenceEqual("client_addr"u8))
        {
            ClientAddress = Text(ClientAddress, value);
        }
        else if (name.SequenceEqual("daemon_name"u8))
        {
            DaemonName = Text(DaemonName, value);
        }
        else if (name.SequenceEqual("j"u8))
        {
            HostName = Text(HostName, value);
        }
    }

    // MTAs repeat the queue id before every field and body piece: the string is kept while it stays the same.
    private static string? Text(string? current, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return null;
        }

        return current is not null && Ascii.Equals(value, current) ? current : Encoding.UTF8.GetString(value);
    }
}

namespace EmailAuth.Dns.Stub;

/// <summary>What an exchange waits on: a socket or a connection.</summary>
internal interface IExchangeCarrier
{
    /// <summary>Ends the wait of an exchange for the message of an ID.</summary>
    /// <returns>Whether it waited; false when its message came meanwhile.</returns>
    bool TryAbandon(Exchange exchange, ushort id);
}

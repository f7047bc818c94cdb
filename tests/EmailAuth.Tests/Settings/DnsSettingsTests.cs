using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The settings of the resolver.</summary>
public class DnsSettingsTests
{
    [Fact]
    public void Each_row_is_as_it_was_approved() => ApprovedPage.Verify("settings", "dns.txt", SettingsTableTests.Lines(DnsSettings.Rows));
}

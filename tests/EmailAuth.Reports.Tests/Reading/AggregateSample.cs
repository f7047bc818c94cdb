namespace EmailAuth.Reports.Tests.Reading;

/// <summary>A small aggregate report in the form of RFC 9990.</summary>
internal static class AggregateSample
{
    public const string Row = """
          <record>
            <row><source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
            <identifiers><header_from>example.com</header_from></identifiers>
            <auth_results><dkim><domain>example.com</domain><selector>s</selector><result>pass</result></dkim></auth_results>
          </record>
        """;

    public const string Head = """
        <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
          <version>1.0</version>
          <report_metadata>
            <org_name>Example Org</org_name><email>dmarc@example.org</email><report_id>1</report_id>
            <date_range><begin>1700006400</begin><end>1700092799</end></date_range>
          </report_metadata>
          <policy_published><domain>example.com</domain><p>reject</p></policy_published>
        """;

    public const string Xml = $"{Head}\n{Row}\n</feedback>\n";
}

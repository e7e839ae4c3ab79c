"""The official Python client against a running gate: over HTTP, and through `portcullis mcp`."""

import asyncio
import sys
from importlib.metadata import version

binary, page, key = sys.argv[1:4]
QUERY = {"q": "SELECT Id, Name FROM Account LIMIT 1"}
WRITE = {"sobject-name": "Account", "body": {"Name": "Probe"}}


async def look(session, structured):
    tools = await session.list_tools()
    names = [tool.name for tool in tools.tools]
    assert names[0] == "soqlQuery" and len(names) == 9, names
    records = structured(await session.call_tool("soqlQuery", QUERY))["records"]
    assert records[0]["Name"].startswith("{ORG_"), records
    wrote = structured(await session.call_tool("createSobjectRecord", WRITE))
    assert wrote["status"] == "waiting_for_approval" and wrote["written"] is False, wrote


async def old():
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    headers = {"Authorization": "Bearer " + key}
    async with streamablehttp_client(page + "/mcp", headers=headers) as (read, write, _):
        async with ClientSession(read, write) as session:
            begun = await session.initialize()
            await look(session, lambda answer: answer.structuredContent)
            print("http", begun.protocolVersion)


async def new():
    import mcp
    from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

    for mode, expected in (("auto", "2026-07-28"), ("legacy", "2025-11-25")):
        http = create_mcp_http_client(headers={"Authorization": "Bearer " + key})
        arguments = ["mcp", "--url", page]
        stdio = mcp.StdioServerParameters(
            command=binary, args=arguments, env={"PORTCULLIS_KEY": key}
        )
        ways = (("http", streamable_http_client(page + "/mcp", http_client=http)), ("stdio", stdio))
        for name, way in ways:
            async with mcp.Client(way, mode=mode) as client:
                assert client.protocol_version == expected, client.protocol_version
                await look(client, lambda answer: answer.structured_content)
                print(name, client.protocol_version)


asyncio.run(old() if version("mcp").startswith("1.") else new())

/** Who takes part: members, invitations, waivers, replacements. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'

import { at, useChange } from './studies'
import type { Invitation, Member, MemberFacts, NewInvitation, NewMember, NewWaiver, Offer, Part, Person, Replaced, Replacement, Waiver } from './types'

export const useMembers = (key: string) => useQuery({ queryKey: keys.readerStudy(key, 'members'), queryFn: ({ signal }) => api.get<Member[]>(at(key, 'members/'), { signal }) })
export const usePeople = (key: string, part: Part, search: string) =>
  useQuery({
    queryKey: keys.readerStudy(key, 'people', part, search),
    queryFn: ({ signal }) => api.get<Person[]>(at(key, 'people/'), { query: { part, search }, signal }),
    placeholderData: keepPreviousData,
  })
export const useWaivers = (key: string) => useQuery({ queryKey: keys.readerStudy(key, 'waivers'), queryFn: ({ signal }) => api.get<Waiver[]>(at(key, 'waivers/'), { signal }) })
export const useInvitations = (key: string) => useQuery({ queryKey: keys.readerStudy(key, 'invitations'), queryFn: ({ signal }) => api.get<Invitation[]>(at(key, 'invitations/'), { signal }) })

export const useAddMember = (key: string) => useChange((body: NewMember) => api.post<Member>(at(key, 'members/'), { body }))
export const useChangeMember = (key: string) => useChange(({ member, ...body }: Partial<MemberFacts> & { member: string }) => api.patch<Member>(at(key, `members/${member}/`), { body }))
export const useEndMember = (key: string) => useChange(({ member, reason }: { member: string; reason: string }) => api.post<Member>(at(key, `members/${member}/end/`), { body: { reason } }))
export const useReplace = (key: string) => useChange(({ member, ...body }: Replacement & { member: string }) => api.post<Replaced>(at(key, `members/${member}/replacement/`), { body }))
export const useWaive = (key: string) => useChange((body: NewWaiver) => api.post<Waiver>(at(key, 'waivers/'), { body }))
export const useInvite = (key: string) => useChange((body: NewInvitation) => api.post<Invitation>(at(key, 'invitations/'), { body }))
export const useRevoke = (key: string) => useChange((id: string) => api.delete<void>(at(key, `invitations/${id}/`)))

const offerAt = (token: string) => `/api/invitations/${encodeURIComponent(token)}/`
export const useOffer = (token: string) => useQuery({ queryKey: keys.readerStudy('', 'offer', token), queryFn: ({ signal }) => api.get<Offer>(offerAt(token), { signal }) })

export function useAccept(token: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<Offer>(offerAt(token)),
    onSuccess: (offer) => {
      client.setQueryData(keys.readerStudy('', 'offer', token), offer)
      void client.invalidateQueries({ queryKey: keys.readerStudies })
    },
  })
}
